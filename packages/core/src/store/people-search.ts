import type { ConnectionId } from '../domain/ids.ts';
import type { SyncStatus } from '../domain/member.ts';
import type { RefusalReason } from '../domain/refusal.ts';
import type { Db } from './db.ts';
import { Prisma } from './generated/client.ts';

/** Whom to list. What is left out does not matter. */
export interface PeopleQuery {
  /** The beginning of an address, of a first or a last name; or a contact's number. */
  readonly text?: string | undefined;
  readonly syncStatus?: SyncStatus | undefined;
  /** `nobody`: no Mailchimp member. */
  readonly mailchimpStatus?: string | undefined;
  /** `nobody`: no contact. */
  readonly groupStatus?: string | undefined;
  readonly reason?: RefusalReason | undefined;
}

/** Where a page of people ended: the next one begins after it. */
export interface PeopleKey {
  readonly addressKey: string;
  readonly id: number;
}

/** One link of a person, for a list. Personal data. */
export interface PersonSummary extends PeopleKey {
  readonly firstName: string;
  readonly lastName: string;
  readonly contactId: number | null;
  readonly contactState: string | null;
  readonly mailchimpStatus: string | null;
  readonly groupStatus: string | null;
  readonly syncStatus: SyncStatus;
  readonly rule: string | null;
  readonly reason: RefusalReason | null;
  readonly updatedAt: Date;
}

/**
 * People by address, a page after a key: as fast on the last page as on the first, for each filter has an index that is in this order, or fits so many that a walk along the addresses soon has
 * a page of them.
 */
export async function listPeople(
  db: Db,
  connection: ConnectionId,
  query: PeopleQuery,
  { after, limit }: { readonly after: PeopleKey | null; readonly limit: number },
): Promise<readonly PersonSummary[]> {
  const conditions = [Prisma.sql`connection_id = ${connection}`, ...conditionsOf(query)];
  if (after !== null) {
    // By the operators of text_pattern_ops, whose order does not depend on the database's collation; the first condition is the one that the index starts at.
    conditions.push(
      Prisma.sql`address_key ~>=~ ${after.addressKey}`,
      Prisma.sql`(address_key ~>~ ${after.addressKey} OR id > ${after.id})`,
    );
  }
  return await db.$queryRaw<readonly PersonSummary[]>`
    SELECT id, address_key AS "addressKey", first_name AS "firstName", last_name AS "lastName", contact_id AS "contactId",
      contact_state AS "contactState", mailchimp_status AS "mailchimpStatus", group_status AS "groupStatus", sync_status AS "syncStatus",
      rule, reason, updated_at AS "updatedAt"
    FROM members WHERE ${Prisma.join(conditions, ' AND ')}
    ORDER BY address_key USING ~<~, id LIMIT ${limit}`;
}

/** Every one who fits, in pages, for an export of any size. */
export async function* streamPeople(
  db: Db,
  connection: ConnectionId,
  query: PeopleQuery,
  pageSize = 1000,
): AsyncGenerator<readonly PersonSummary[]> {
  let after: PeopleKey | null = null;
  for (;;) {
    const people: readonly PersonSummary[] = await listPeople(db, connection, query, {
      after,
      limit: pageSize,
    });
    if (people.length > 0) yield people;
    if (people.length < pageSize) return;
    after = people.at(-1) ?? null;
  }
}

function conditionsOf(query: PeopleQuery): Prisma.Sql[] {
  const { text, syncStatus, mailchimpStatus, groupStatus, reason } = query;
  return [
    ...textConditions(text?.trim() ?? ''),
    ...statusConditions(syncStatus),
    ...mailchimpConditions(mailchimpStatus),
    ...groupConditions(groupStatus),
    ...(reason === undefined ? [] : [Prisma.sql`reason = ${reason} AND reason IS NOT NULL`]),
  ];
}

function textConditions(text: string): Prisma.Sql[] {
  if (text === '') return [];
  if (/^\d{1,9}$/.test(text)) return [Prisma.sql`contact_id = ${Number(text)}`];
  const beginning = `${text.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`;
  return [
    Prisma.sql`(address_key LIKE ${beginning} OR (first_name <> '' AND lower(first_name) LIKE ${beginning})
      OR (last_name <> '' AND lower(last_name) LIKE ${beginning}))`,
  ];
}

/** Who cannot agree has a reason, by which an index finds them; the sync status itself is in none. */
function statusConditions(status: SyncStatus | undefined): Prisma.Sql[] {
  if (status === undefined) return [];
  const isFail = status === 'fail' ? Prisma.sql` AND reason IS NOT NULL` : Prisma.empty;
  return [Prisma.sql`sync_status = ${status}${isFail}`];
}

/** As the partial indexes say it: most are subscribed, and need none. */
function mailchimpConditions(status: string | undefined): Prisma.Sql[] {
  if (status === undefined) return [];
  if (status === 'nobody') return [Prisma.sql`mailchimp_contact_id IS NULL`];
  if (status === 'subscribed') return [Prisma.sql`mailchimp_status = 'subscribed'`];
  return [Prisma.sql`mailchimp_status = ${status} AND mailchimp_status <> 'subscribed'`];
}

function groupConditions(status: string | undefined): Prisma.Sql[] {
  if (status === undefined) return [];
  if (status === 'nobody') return [Prisma.sql`contact_id IS NULL`];
  if (status === 'Added') return [Prisma.sql`group_status = 'Added'`];
  return [Prisma.sql`group_status = ${status} AND group_status <> 'Added'`];
}
