import { toleranceAt } from '../decide/clock.ts';
import { statusWithoutRow } from '../decide/group-history.ts';
import { observeAbsence, observeMember } from '../decide/observe-member.ts';
import { reconcile } from '../decide/reconcile.ts';
import type { Context } from '../decide/subscription.ts';
import type { Decision, Wanted } from '../domain/decision.ts';
import { addressKey } from '../domain/email.ts';
import type { CivicrmFacts, HistoryRow, Link, MailchimpFacts } from '../domain/facts.ts';
import type { ContactId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';
import { invariant } from '../domain/invariant.ts';
import { keepOwnData } from '../domain/profile.ts';
import type { CivicrmReader } from '../gateways/civicrm/civicrm.ts';
import type { MailchimpReader } from '../gateways/mailchimp/mailchimp.ts';
import { listComponents } from '../store/components.ts';
import type { Connection } from '../store/connections.ts';
import type { Db } from '../store/db.ts';
import type { FetchedContact } from '../store/fetched-contacts.ts';
import { type NewLink, recordNewLinks } from '../store/fresh-links.ts';
import type { LinkRow } from '../store/member-rows.ts';
import type { Observation } from '../store/observed-members.ts';
import { erasedContact, toFetchedContact } from './fetched-contact.ts';
import { chunksOf } from './stage.ts';

/** What deciding may read. */
export interface DecidingContext {
  readonly connection: Connection;
  readonly mailchimp: MailchimpReader;
  readonly civicrm: CivicrmReader;
  readonly signal: AbortSignal;
  /** Writes what was read meanwhile, fenced where a run decides. */
  readonly write: <Result>(work: (tx: Db) => Promise<Result>) => Promise<Result>;
  readonly db: Db;
  readonly rules: Omit<Context, 'areOwnersRead'>;
}

/** By what a connection is decided now. `utcOffsetMinutes`: CiviCRM's, as last measured. */
export function rulesAt(
  { policies, pairings }: Pick<Connection, 'policies' | 'pairings'>,
  now: Instant,
  utcOffsetMinutes: number,
): DecidingContext['rules'] {
  return { policies, pairings, now, tolerance: toleranceAt(now, utcOffsetMinutes) };
}

/** A link with what was decided about it; `link` carries all facts that were read for it. */
export interface Decided {
  readonly row: LinkRow;
  readonly link: Link;
  readonly decision: Decision;
}

/** What was read, beyond our rows, because the rules asked for it. */
export interface Reading {
  readonly contacts: readonly FetchedContact[];
  readonly observations: readonly Observation[];
}

export interface DecidedComponents {
  readonly decided: readonly Decided[];
  readonly reading: Reading;
}

/**
 * Decides what can be decided from our own rows, and leaves out the components for which something has to be read. Most people are agreed, and need nothing.
 */
export function decideFromRows(
  rules: DecidingContext['rules'],
  components: readonly (readonly LinkRow[])[],
): DecidedComponents {
  const decided = components.flatMap((rows) => {
    const links = rows.map(({ link }) => link);
    const result = reconcile(links, { ...rules, areOwnersRead: false });
    return result.kind === 'decided' ? zip(rows, links, result.decisions) : [];
  });
  return { decided, reading: { contacts: [], observations: [] } };
}

/** All three kinds of facts may be wanted one after the other, and new links ask afresh. */
const MOST_ROUNDS = 8;
/** Contacts, or addresses, in one request. */
const AT_ONCE = 500;
/** Members who are read singly at the same time; the account's call slots bound it too. */
const SINGLE_READS = 8;

/**
 * Decides components, reading what the rules ask for: set-based, a few requests however many people want the same kind of fact. Only members who are missing from a
 * whole read are read one by one (rules section 8). New covered links (section 3) are written; everything else that was read comes back to be kept with the decisions.
 */
export async function decideComponents(
  ctx: DecidingContext,
  components: readonly (readonly LinkRow[])[],
): Promise<DecidedComponents> {
  const read: Facts = {
    history: new Map(),
    interestHistory: new Map(),
    contacts: new Map(),
    members: new Map(),
    owners: new Map(),
  };
  const decided: Decided[] = [];
  let open = components;
  for (let round = 1; open.length > 0; round++) {
    invariant(round <= MOST_ROUNDS, 'the rules ask for facts without end');
    ctx.signal.throwIfAborted();
    const unread: { readonly rows: readonly LinkRow[]; readonly wanted: ReadonlySet<Wanted> }[] = [];
    for (const rows of open) {
      const links = rows.map((row) => withRead(read, row.link));
      const result = reconcile(links, { ...ctx.rules, areOwnersRead: areOwnersRead(read, links) });
      if (result.kind === 'unread') unread.push({ rows, wanted: result.wanted });
      else decided.push(...zip(rows, links, result.decisions));
    }
    open = await readWanted(ctx, read, unread);
  }
  return {
    decided,
    reading: { contacts: [...read.contacts.values()], observations: [...read.members.values()] },
  };
}

const zip = (
  rows: readonly LinkRow[],
  links: readonly Link[],
  decisions: readonly Decision[],
): readonly Decided[] =>
  rows.flatMap((row, at) => {
    const [link, decision] = [links[at], decisions[at]];
    return link === undefined || decision === undefined ? [] : [{ row, link, decision }];
  });

type Unread = readonly { readonly rows: readonly LinkRow[]; readonly wanted: ReadonlySet<Wanted> }[];

/** Reads what is wanted and gives the components to be decided again; those that may have new links are loaded again. */
async function readWanted(
  ctx: DecidingContext,
  read: Facts,
  unread: Unread,
): Promise<readonly (readonly LinkRow[])[]> {
  const wanting = (wanted: Wanted) =>
    unread.filter((one) => one.wanted.has(wanted)).flatMap(({ rows }) => rows);
  await readMembers(ctx, read, wanting('member'));
  await readHistory(ctx, read, wanting('history'));
  await readInterestHistory(ctx, read, wanting('interest-history'));
  const linked = await readOwners(ctx, read, wanting('owners'));
  const components = unread.map(({ rows }) => rows);
  if (linked === 0) return components;
  return await listComponents(
    ctx.db,
    ctx.connection.id,
    components.flat().map(({ link }) => link.id),
  );
}

/** R4g: a person to be removed because of absence is read singly first. */
async function readMembers(ctx: DecidingContext, read: Facts, rows: readonly LinkRow[]): Promise<void> {
  const absent = new Map(
    rows.flatMap((row) => {
      const { mailchimp } = withRead(read, row.link);
      return mailchimp?.status === 'absent' && mailchimp.contactId !== null
        ? [[mailchimp.contactId, { row, mailchimp }]]
        : [];
    }),
  );
  for (const some of chunksOf([...absent], SINGLE_READS)) {
    await Promise.all(
      some.map(async ([key, { row, mailchimp }]) => {
        const record = await ctx.mailchimp.fetchMember(ctx.connection.audienceId, key, ctx.signal);
        // Agreed in means seen in, whoever of the links was subscribed then.
        const facts =
          record === null
            ? observeAbsence({ ...mailchimp, everSubscribed: true })
            : observeMember(mailchimp, record);
        const { mailchimpId, firstName, lastName } = row;
        read.members.set(key, {
          ...(record ?? { id: mailchimpId, firstName, lastName }),
          facts,
          novelty: 'relevant',
        });
      }),
    );
  }
}

/** The contact, its group row and its history, directly: a membership that is away in a listing is not believed before (rules section 8). */
async function readHistory(ctx: DecidingContext, read: Facts, rows: readonly LinkRow[]): Promise<void> {
  const { civicrm, connection, signal } = ctx;
  const ids = [...new Set(rows.flatMap(({ link }) => link.civicrm?.contactId ?? []))].filter(
    (id) => !read.history.has(id),
  );
  for (const some of chunksOf(ids, AT_ONCE)) {
    const [records, histories] = await Promise.all([
      civicrm.fetchContacts(connection.groupId, some, signal),
      civicrm.fetchHistory(connection.groupId, some, signal),
    ]);
    const found = new Map(records.map((record) => [record.contactId, toFetchedContact(record, false)]));
    for (const id of some) {
      const history = histories.get(id) ?? [];
      const contact = found.get(id) ?? erasedContact(id);
      read.history.set(id, history);
      read.contacts.set(
        id,
        contact.group === 'none' ? { ...contact, group: statusWithoutRow(history) } : contact,
      );
    }
  }
}

/** Whether somebody left an interest group, and when (rules section 4). */
async function readInterestHistory(
  { civicrm, signal }: DecidingContext,
  read: Facts,
  rows: readonly LinkRow[],
): Promise<void> {
  const ids = [...new Set(rows.flatMap(({ link }) => link.civicrm?.contactId ?? []))].filter(
    (id) => !read.interestHistory.has(id),
  );
  for (const some of chunksOf(ids, AT_ONCE)) {
    const histories = await civicrm.fetchInterestHistory(some, signal);
    for (const id of some) read.interestHistory.set(id, histories.get(id) ?? {});
  }
}

/** Section 3 again, over the other live holders of the addresses: whoever is Added is covered. Gives how many links are new. */
async function readOwners(ctx: DecidingContext, read: Facts, rows: readonly LinkRow[]): Promise<number> {
  const members = new Map(
    rows.flatMap(({ link }) => (link.mailchimp === null ? [] : [[addressKey(link.mailchimp.address), link]])),
  );
  const links: NewLink[] = [];
  for (const addresses of chunksOf([...members.keys()], AT_ONCE)) {
    const owners = await ctx.civicrm.fetchOwners(ctx.connection.groupId, addresses, ctx.signal);
    const live = owners.filter(({ state }) => state === 'live');
    for (const address of addresses)
      read.owners.set(address, live.filter(({ held }) => held.includes(address)).length);
    for (const owner of owners.filter(({ state, group }) => state === 'live' && group === 'Added')) {
      const contact = toFetchedContact(owner, false);
      const held = owner.held.flatMap((address) => members.get(address) ?? []);
      links.push(...held.map((link) => ({ of: link.id, contact })));
    }
  }
  return await ctx.write((tx) => recordNewLinks(tx, ctx.connection.id, links));
}

/** What was read so far because the rules asked for it. */
interface Facts {
  readonly history: Map<ContactId, readonly HistoryRow[]>;
  readonly contacts: Map<ContactId, FetchedContact>;
  /** By `contact_id`. */
  readonly members: Map<string, Observation>;
  /** By contact; empty where there is none. */
  readonly interestHistory: Map<ContactId, Readonly<Record<string, readonly HistoryRow[]>>>;
  /** How many live contacts hold each address that was asked for. */
  readonly owners: Map<string, number>;
}

/** The link with what was read in place of what our row says. */
function withRead(read: Facts, link: Link): Link {
  const { mailchimp, civicrm } = link;
  const member = mailchimp?.contactId == null ? undefined : read.members.get(mailchimp.contactId);
  const facts = member?.facts ?? mailchimp;
  return {
    ...link,
    mailchimp: facts && withHolders(read, facts),
    civicrm: civicrm && withInterestHistory(read, withContact(read, civicrm)),
  };
}

function withHolders(read: Facts, member: MailchimpFacts): MailchimpFacts {
  const holders = read.owners.get(addressKey(member.address));
  return holders === undefined ? member : { ...member, holders };
}

function withInterestHistory(read: Facts, civicrm: CivicrmFacts): CivicrmFacts {
  const interestHistory = read.interestHistory.get(civicrm.contactId);
  return interestHistory === undefined ? civicrm : { ...civicrm, interestHistory };
}

function withContact(read: Facts, civicrm: CivicrmFacts): CivicrmFacts {
  const contact = read.contacts.get(civicrm.contactId);
  if (contact === undefined) return civicrm;
  const { state, group, addresses, hasHeldAddress, flags } = contact;
  const history = read.history.get(civicrm.contactId) ?? null;
  const profile =
    contact.profile === undefined ? civicrm.profile : keepOwnData(contact.profile, civicrm.profile);
  return {
    ...{ contactId: civicrm.contactId, state, group, history, addresses, hasHeldAddress, flags },
    ...(profile !== undefined && { profile }),
  };
}

const areOwnersRead = (read: Facts, links: readonly Link[]): boolean =>
  links.every(({ mailchimp }) => mailchimp === null || read.owners.has(addressKey(mailchimp.address)));
