import { DEFAULT_MAPPINGS } from '@mcsync/core/domain/pairings';
import type { PairingRequest } from '@mcsync/core/setup/pair-connection';

/** Fields of a form are named after what they are for. */
export const INTEREST_PREFIX = 'interest-';
export const FIELD_PREFIX = 'field-';
export const DIRECTION_PREFIX = 'direction-';
export const TAG_PREFIX = 'tag-';

/** A form as it was filled in. */
export type Given = Readonly<Record<string, unknown>>;

/** What a form says is to be kept the same besides the people, as it is typed at the command line. */
export function pairingsIn(given: Given): PairingRequest {
  return { interests: interestsIn(given), mappings: [...mappingsIn(given), ...tagsIn(given)] };
}

/** `INTERESTID=GROUPID` */
function interestsIn(given: Given): readonly string[] {
  return filledIn(given, INTEREST_PREFIX).map(([interest, group]) => `${interest}=${group}`);
}

/** `FIELDPATH=MERGETAG:direction`; names that were emptied are left out, where they would go along otherwise. */
function mappingsIn(given: Given): readonly string[] {
  const emptied = DEFAULT_MAPPINGS.filter(({ mergeTag }) => isEmptied(given[`${FIELD_PREFIX}${mergeTag}`]));
  return [
    ...filledIn(given, FIELD_PREFIX).map(([tag, path]) => {
      const direction = given[`${DIRECTION_PREFIX}${tag}`];
      return `${path}=${tag}${typeof direction === 'string' && direction !== '' ? `:${direction}` : ''}`;
    }),
    ...emptied.map(({ fieldPath, mergeTag }) => `${fieldPath}=${mergeTag}:off`),
  ];
}

const isEmptied = (value: unknown): boolean => typeof value === 'string' && value.trim() === '';

/** `tag:NAME` */
const tagsIn = (given: Given): readonly string[] =>
  filledIn(given, TAG_PREFIX).map(([name]) => `tag:${name}`);

function filledIn(given: Given, prefix: string): readonly (readonly [string, string])[] {
  return Object.entries(given).flatMap(([name, value]) =>
    name.startsWith(prefix) && typeof value === 'string' && value.trim() !== ''
      ? [[name.slice(prefix.length), value.trim()]]
      : [],
  );
}
