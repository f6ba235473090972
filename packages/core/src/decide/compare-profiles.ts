import type { Write } from '../domain/decision.ts';
import type { InterestPair } from '../domain/pairings.ts';
import { type ContactProfile, type MemberProfile, type ProfileWrite, sameJson } from '../domain/profile.ts';

/** Interests, fields and tags of one link on both sides; null: nobody there, or nothing read. */
export interface BothProfiles {
  readonly mailchimp: MemberProfile | null;
  readonly civicrm: ContactProfile | null;
}

/**
 * Are interests and fields still as they were planned, or as the decision's own writes have made them? Anything else changed meanwhile, and has to be looked at. Tags go one
 * way, so what Mailchimp says of them does not count.
 */
export function areProfilesAsPlanned(
  planned: BothProfiles,
  fresh: BothProfiles,
  writes: readonly Write[],
): boolean {
  return (
    isMemberAsPlanned(planned.mailchimp, fresh.mailchimp, profileWriteIn(writes)) &&
    isContactAsPlanned(planned.civicrm, fresh.civicrm, writes)
  );
}

/** Without the interests that have a fault: what either side says of these means nothing, and must not stop the others (E16, E20). */
export function withoutFaulty(
  { mailchimp, civicrm }: BothProfiles,
  interests: readonly Pick<InterestPair, 'interestId' | 'groupId' | 'fault'>[],
): BothProfiles {
  const faulty = interests.filter(({ fault }) => fault !== null);
  if (faulty.length === 0) return { mailchimp, civicrm };
  const ids = new Set(faulty.map(({ interestId }) => interestId));
  const groups = new Set(faulty.map(({ groupId }) => String(groupId)));
  return {
    mailchimp: mailchimp && { ...mailchimp, interests: without(mailchimp.interests, ids) },
    civicrm: civicrm && { ...civicrm, groups: without(civicrm.groups, groups) },
  };
}

const without = <Value>(
  values: Readonly<Record<string, Value>>,
  keys: ReadonlySet<string>,
): Readonly<Record<string, Value>> =>
  Object.fromEntries(Object.entries(values).filter(([key]) => !keys.has(key)));

type Values = Readonly<Record<string, unknown>>;

function isMemberAsPlanned(
  planned: MemberProfile | null,
  fresh: MemberProfile | null,
  written: ProfileWrite | undefined,
): boolean {
  if (planned === null || fresh === null) return true;
  return (
    areAsPlanned(planned.interests, fresh.interests, written?.interests) &&
    areAsPlanned(planned.fields, fresh.fields, written?.fields)
  );
}

/** A developer's own data stands in the plan and not in what was read: only what was read is compared. */
function isContactAsPlanned(
  planned: ContactProfile | null,
  fresh: ContactProfile | null,
  writes: readonly Write[],
): boolean {
  if (planned === null || fresh === null) return true;
  return (
    areAsPlanned(planned.groups, fresh.groups, groupsWrittenIn(writes)) &&
    areAsPlanned(planned.fields, fresh.fields, fieldsWrittenIn(writes)) &&
    areAsPlanned(planned.tags, fresh.tags)
  );
}

const areAsPlanned = (planned: Values, fresh: Values, written: Values = {}): boolean =>
  Object.entries(fresh).every(
    ([key, value]) => sameJson(value, planned[key]) || (key in written && sameJson(value, written[key])),
  );

const profileWriteIn = (writes: readonly Write[]): ProfileWrite | undefined =>
  writes.flatMap((write) => (write.kind === 'update-member' ? write.profile : []))[0];

function groupsWrittenIn(writes: readonly Write[]): Values {
  return Object.fromEntries(
    writes.flatMap((write) => {
      if (write.kind === 'add-to-interest-group') return [[write.groupId, 'Added']];
      return write.kind === 'remove-from-interest-group' ? [[write.groupId, 'Removed']] : [];
    }),
  );
}

const fieldsWrittenIn = (writes: readonly Write[]): Values =>
  Object.assign({}, ...writes.map((write) => (write.kind === 'write-fields' ? write.values : {})));
