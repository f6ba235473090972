import { addressKey } from '@mcsync/core/domain/email';
import { z } from 'zod';
import type { Announcement } from './announcement.ts';

/** Who is where, as the two systems say it themselves, asked without any code that the sync uses. */
export interface Sides {
  /** Addresses in lower case. */
  readonly subscribed: ReadonlySet<string>;
  /** Asked to confirm. */
  readonly pending: ReadonlySet<string>;
  /** Contacts in the group that are not in the trash. */
  readonly added: readonly SideContact[];
}

export interface SideContact {
  readonly contactId: number;
  /** In lower case. */
  readonly addresses: readonly string[];
}

const PAGE = 1000;

/** Reads both sides whole. */
export async function readSides(sandbox: Announcement): Promise<Sides> {
  const [subscribed, pending, added] = await Promise.all([
    readMembers(sandbox, 'subscribed'),
    readMembers(sandbox, 'pending'),
    readAdded(sandbox),
  ]);
  return { subscribed, pending, added };
}

const membersSchema = z.object({ members: z.array(z.object({ email_address: z.string() })) });

async function readMembers(
  { mailchimp, listId }: Announcement,
  status: string,
): Promise<ReadonlySet<string>> {
  const authorization = `Basic ${Buffer.from(`demo:${mailchimp.apiKey}`).toString('base64')}`;
  const addresses = new Set<string>();
  for (let offset = 0; ; offset += PAGE) {
    const query = `status=${status}&count=${PAGE}&offset=${offset}&fields=members.email_address`;
    const url = `${mailchimp.baseUrl}/lists/${listId}/members?${query}`;
    const { members } = membersSchema.parse(await readJson(url, { headers: { authorization } }));
    for (const { email_address: address } of members) addresses.add(addressKey(address));
    if (members.length < PAGE) return addresses;
  }
}

const rowSchema = z.object({ contact_id: z.number() });
const emailSchema = z.object({ contact_id: z.number(), email: z.string().nullable() });

async function readAdded(sandbox: Announcement): Promise<readonly SideContact[]> {
  const contacts: SideContact[] = [];
  for (let last = 0; ; ) {
    const rows = await readRows(sandbox, 'GroupContact', rowSchema, {
      select: ['contact_id'],
      where: [
        ['group_id', '=', sandbox.groupId],
        ['status', '=', 'Added'],
        ['contact_id.is_deleted', '=', false],
        ['contact_id', '>', last],
      ],
      orderBy: { contact_id: 'ASC' },
      limit: PAGE,
    });
    contacts.push(
      ...(await withAddresses(
        sandbox,
        rows.map((row) => row.contact_id),
      )),
    );
    last = rows.at(-1)?.contact_id ?? last;
    if (rows.length < PAGE) return contacts;
  }
}

async function withAddresses(sandbox: Announcement, ids: readonly number[]): Promise<readonly SideContact[]> {
  if (ids.length === 0) return [];
  const emails = await readRows(sandbox, 'Email', emailSchema, {
    select: ['contact_id', 'email'],
    where: [['contact_id', 'IN', ids]],
    limit: 0,
  });
  const book = new Map<number, string[]>(ids.map((id) => [id, []]));
  for (const { contact_id: id, email } of emails) book.get(id)?.push(addressKey(email ?? ''));
  return [...book].map(([contactId, addresses]) => ({ contactId, addresses }));
}

async function readRows<Row>(
  { civicrm }: Announcement,
  entity: string,
  row: z.ZodType<Row>,
  params: object,
): Promise<readonly Row[]> {
  const answer = await readJson(`${civicrm.url}/civicrm/ajax/api4/${entity}/get`, {
    method: 'POST',
    headers: { 'X-Civi-Auth': `Bearer ${civicrm.apiKey}`, 'X-Requested-With': 'XMLHttpRequest' },
    body: new URLSearchParams({ params: JSON.stringify(params) }),
  });
  return z.object({ values: z.array(row) }).parse(answer).values;
}

async function readJson(url: string, init: RequestInit): Promise<unknown> {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${new URL(url).pathname} answered ${response.status}`);
  return await response.json();
}
