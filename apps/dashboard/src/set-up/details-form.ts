import { accountId, groupId, siteId } from '@mcsync/core/domain/ids';
import type { ConnectionRequest } from '@mcsync/core/setup/add-connection';
import { z } from 'zod';
import { rowNumber } from '../connection-path.ts';
import { policiesIn } from '../policy-form.ts';

/** What is paired, as it goes from step to step. */
export const PAIR = z.object({
  site: rowNumber,
  account: rowNumber,
  audience: z.string().min(1).max(50),
  group: rowNumber,
});
export type Pair = z.infer<typeof PAIR>;

/** Fields of the form are named after what they are for. */
export const INTEREST_PREFIX = 'interest-';
export const FIELD_PREFIX = 'field-';
export const DIRECTION_PREFIX = 'direction-';

export type Given = Readonly<Record<string, unknown>>;

/** What was typed, as it is asked for. */
export function toRequest({ site, account, audience, group }: Pair, given: Given): ConnectionRequest {
  return {
    accountId: accountId(account),
    siteId: siteId(site),
    audienceId: audience,
    groupId: groupId(group),
    interests: interestsIn(given),
    mappings: mappingsIn(given),
    policies: policiesIn(given),
  };
}

/** `INTERESTID=GROUPID` */
function interestsIn(given: Given): readonly string[] {
  return filledIn(given, INTEREST_PREFIX).map(([interest, group]) => `${interest}=${group}`);
}

/** `FIELDPATH=MERGETAG:direction` */
function mappingsIn(given: Given): readonly string[] {
  return filledIn(given, FIELD_PREFIX).map(([tag, path]) => {
    const direction = given[`${DIRECTION_PREFIX}${tag}`];
    return `${path}=${tag}${typeof direction === 'string' && direction !== '' ? `:${direction}` : ''}`;
  });
}

function filledIn(given: Given, prefix: string): readonly (readonly [string, string])[] {
  return Object.entries(given).flatMap(([name, value]) =>
    name.startsWith(prefix) && typeof value === 'string' && value.trim() !== ''
      ? [[name.slice(prefix.length), value.trim()]]
      : [],
  );
}
