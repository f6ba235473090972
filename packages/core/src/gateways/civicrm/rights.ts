import type { ContactId } from '../../domain/ids.ts';
import { get, type Replies, type Reply } from './api-call.ts';
import type { CivicrmReader, Rights, SiteInfo } from './civicrm.ts';
import type { CivicrmClient } from './client.ts';
import { CLOCK_CALL } from './clock.ts';
import { accessRow, idRow, nameRow, versionRow } from './schemas.ts';

/**
 * Calls whose answers tell what our key may see and do: a missing right looks like an empty list (civicrm-api.md 0.1). What we may write hangs in the chain of two contacts, because everybody
 * may edit himself, and because a stranger, for whom the question fails, sees none to ask it for.
 */
export const RIGHTS_CALLS = {
  clock: CLOCK_CALL,
  people: get('Contact', accessRow, {
    select: ['id'],
    orderBy: { id: 'ASC' },
    limit: 2,
    chain: {
      may_edit: ['Contact', 'checkAccess', { action: 'update', values: { id: '$id' } }],
      may_add: ['Contact', 'checkAccess', { action: 'create', values: { contact_type: 'Individual' } }],
    },
  }),
  trash: get('Contact', idRow, { select: ['id'], where: [['is_deleted', '=', true]], limit: 1 }),
  membership: get('GroupContact', idRow, { select: ['id'], limit: 1 }),
  newest: get('SubscriptionHistory', idRow, { select: ['id'], orderBy: { id: 'DESC' }, limit: 1 }),
};

/**
 * `isGapSeen`: more people are in a group than we are shown. That is the only trace of a trash that we may not see, so that of an API user without "access deleted contacts" we learn
 * only where a trashed contact is in a group; an empty trash and one that is hidden look the same otherwise.
 */
export function readRights(
  replies: Replies<typeof RIGHTS_CALLS>,
  seen: { readonly isSignedIn: boolean; readonly isGapSeen: boolean },
): Rights {
  const people = rowsOf(replies.people);
  const may = (right: 'may_edit' | 'may_add'): boolean =>
    people.length > 0 && people.every((person) => person[right].every(({ access }) => access));
  const seesContacts = rowsOf(replies.clock).length > 0;
  const isHistoryDue = rowsOf(replies.membership).length > 0;
  // Who sees no contact sees nothing that hangs on one, and emptiness proves nothing.
  return {
    isSignedIn: seen.isSignedIn || seesContacts,
    seesContacts,
    seesTrash: seesContacts && (rowsOf(replies.trash).length > 0 || !seen.isGapSeen),
    seesHistory: seesContacts && (rowsOf(replies.newest).length > 0 || !isHistoryDue),
    mayEditContacts: may('may_edit'),
    mayAddContacts: may('may_add'),
  };
}

/** Tells who we are, and what the site is. */
export function createSiteReader(client: CivicrmClient): Pick<CivicrmReader, 'fetchSite'> {
  return {
    async fetchSite(signal): Promise<SiteInfo> {
      const { replies } = await client.tryRead({ ...RIGHTS_CALLS, ...SITE_CALLS }, signal);
      const identity: ContactId | null = await client.fetchIdentity(signal);
      return {
        version: rowsOf(replies.version)[0]?.version ?? null,
        knowsMerges: rowsOf(replies.actions).some(({ name }) => name === 'getMergedTo'),
        contactId: identity,
        rights: readRights(replies, { isSignedIn: identity !== null, isGapSeen: false }),
      };
    },
  };
}

const SITE_CALLS = {
  version: get('Domain', versionRow, { select: ['version'], limit: 1 }),
  actions: {
    entity: 'Contact',
    action: 'getActions',
    params: { select: ['name'] },
    row: nameRow,
  },
};

/** The rows of a call that may have been refused. */
export const rowsOf = <Row>(reply: Reply<Row>): readonly Row[] => (reply.kind === 'done' ? reply.rows : []);

/** The total of a call that may have been refused. */
export const totalOf = (reply: Reply<unknown>): number | null =>
  reply.kind === 'done' ? reply.matched : null;
