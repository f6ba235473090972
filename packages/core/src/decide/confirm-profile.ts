import type { Mapping } from '../domain/pairings.ts';
import {
  type ContactProfile,
  type MemberProfile,
  NOTHING_AGREED,
  type ProfileBase,
  sameJson,
} from '../domain/profile.ts';
import { isEmptyAtMailchimp } from './convert.ts';

/**
 * What is agreed now that Mailchimp has confirmed: an interest that is as it was asked for, and of fields the pair with the value that Mailchimp returned (rules section 1).
 */
export function agreedAtMailchimp(pending: ProfileBase, returned: MemberProfile): ProfileBase {
  return {
    interests: Object.fromEntries(
      Object.entries(pending.interests).filter(([id, value]) => returned.interests[id] === value),
    ),
    fields: Object.fromEntries(
      Object.entries(pending.fields).flatMap(([tag, [, civicrm]]) => {
        const value = returned.fields[tag];
        return value === undefined ? [] : [[tag, [value, civicrm]]];
      }),
    ),
    tags: pending.tags,
    ...(pending.apart && { apart: pending.apart }),
  };
}

/**
 * Whether a member has something other than what was agreed: somebody who comes back may bring interests and values along, which are not written to CiviCRM before they are in (sections 4 and 5);
 * somebody who got their contact's best address speaks for them only now (A2).
 */
export function bringsMore(base: ProfileBase, { interests, fields }: MemberProfile): boolean {
  return (
    Object.entries(interests).some(([id, value]) => base.interests[id] !== value) ||
    Object.entries(fields).some(([tag, value]) => {
      const agreed = base.fields[tag];
      return agreed === undefined ? !isEmptyAtMailchimp(value) : !sameJson(agreed[0], value);
    })
  );
}

/** The same for CiviCRM: `returned` is what was read back after the write. */
export function agreedInCivicrm(
  pending: ProfileBase,
  returned: ContactProfile,
  mappings: readonly Mapping[],
): ProfileBase {
  const paths = new Map(mappings.map(({ mergeTag, fieldPath }) => [mergeTag, fieldPath]));
  return {
    ...NOTHING_AGREED,
    ...(pending.apart && { apart: pending.apart }),
    interests: pending.interests,
    fields: Object.fromEntries(
      Object.entries(pending.fields).flatMap(([tag, [mailchimp]]) => {
        const value = returned.fields[paths.get(tag) ?? ''];
        return value === undefined ? [] : [[tag, [mailchimp, value]]];
      }),
    ),
  };
}
