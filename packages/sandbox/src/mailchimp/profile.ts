import { isDeepStrictEqual } from 'node:util';
import type { Audience } from './audience.ts';
import type { Member, MergeValues } from './member.ts';

/** Values and interests that are to be set; those not mentioned stay. */
export interface ProfileChange {
  readonly mergeValues?: MergeValues;
  readonly interests?: Readonly<Record<string, boolean>>;
}

/** Sets values (unknown tags and interests are passed over) and says whether that changed anything. Does not move last_changed. */
export function applyProfile(audience: Audience, member: Member, change: ProfileChange): boolean {
  const hasNewValues = applyMergeValues(audience, member, change.mergeValues ?? {});
  const hasNewInterests = applyInterests(audience, member, change.interests ?? {});
  return hasNewValues || hasNewInterests;
}

function applyMergeValues(audience: Audience, member: Member, given: MergeValues): boolean {
  const known = audience.mergeFields.filter(({ tag }) => given[tag] !== undefined);
  const changed = known.filter(({ tag }) => !isDeepStrictEqual(given[tag], member.mergeValues[tag] ?? ''));
  if (changed.length === 0) return false;
  const values = { ...member.mergeValues };
  for (const { tag } of changed) {
    const value = given[tag];
    if (value === undefined || value === '') delete values[tag];
    else values[tag] = value;
  }
  member.mergeValues = values;
  return true;
}

function applyInterests(
  audience: Audience,
  member: Member,
  given: Readonly<Record<string, boolean>>,
): boolean {
  const known = audience.interests.ids.filter((id) => given[id] !== undefined);
  const changed = known.filter((id) => given[id] !== member.interests.has(id));
  if (changed.length === 0) return false;
  const interests = new Set(member.interests);
  for (const id of changed) {
    if (given[id]) interests.add(id);
    else interests.delete(id);
  }
  member.interests = interests;
  return true;
}
