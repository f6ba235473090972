import type { GroupStatus, Leaver, MemberStatus } from '../domain/facts.ts';
import type { SyncStatus } from '../domain/member.ts';

/** What Mailchimp says of somebody. A status without words does not compile. */
export const MEMBER_STATUS_WORDS: Readonly<Record<MemberStatus, string>> = {
  subscribed: 'subscribed',
  pending: 'asked to confirm, and has not yet',
  unsubscribed: 'unsubscribed',
  cleaned: 'cleaned, because mail bounced',
  transactional: 'a customer who never subscribed',
  archived: 'archived',
  absent: 'not there',
  gone: 'permanently deleted',
  unknown: 'in a status that this version does not know',
};

/** What CiviCRM says of somebody and the group. */
export const GROUP_STATUS_WORDS: Readonly<Record<GroupStatus, string>> = {
  Added: 'in the group (Added)',
  Removed: 'out of the group (Removed)',
  Deleted: 'out of the group (membership deleted)',
  Pending: 'not confirmed in the group (Pending)',
  none: 'never in the group',
  unknown: 'in the group with a status that CiviCRM does not know',
};

/** How our row about somebody stands. */
export const SYNC_STATUS_WORDS: Readonly<Record<SyncStatus, string>> = {
  todo: 'to be looked at by the next sync',
  live: 'a change is under way',
  ok: 'agreed',
  fail: 'cannot be agreed',
};

/** Who took somebody out of the audience, to be read after "by". */
export const LEAVER_WORDS: Readonly<Record<Leaver, string>> = {
  person: 'their own will',
  administrator: 'an administrator',
  us: 'us',
};
