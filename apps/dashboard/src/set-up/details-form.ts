import { accountId, groupId, siteId } from '@mcsync/core/domain/ids';
import type { ConnectionRequest } from '@mcsync/core/setup/add-connection';
import { z } from 'zod';
import { rowNumber } from '../connection-path.ts';
import { type Given, pairingsIn } from '../pairing-form.ts';
import { policiesIn } from '../policy-form.ts';

/** What is paired, as it goes from step to step. */
export const PAIR = z.object({
  site: rowNumber,
  account: rowNumber,
  audience: z.string().min(1).max(50),
  group: rowNumber,
});
export type Pair = z.infer<typeof PAIR>;

/** What was typed, as it is asked for. */
export function toRequest({ site, account, audience, group }: Pair, given: Given): ConnectionRequest {
  return {
    accountId: accountId(account),
    siteId: siteId(site),
    audienceId: audience,
    groupId: groupId(group),
    ...pairingsIn(given),
    policies: policiesIn(given),
  };
}
