import type { AccountId } from '../domain/ids.ts';
import { getAccount } from '../store/sites.ts';
import { inspectAccount } from './inspect-account.ts';
import { fault, insistOn, type Look, look, unless } from './obstacle.ts';
import type { SetupContext } from './setup-context.ts';

export interface CheckedAccount {
  readonly id: AccountId;
  readonly name: string;
  /** As Mailchimp calls it now. */
  readonly nameAtMailchimp: string;
}

/** Does the key still open the same account? Stores nothing. Rejects with what stands in the way. */
export async function checkAccount(ctx: SetupContext, id: AccountId): Promise<CheckedAccount> {
  return insistOn(await lookAtAccount(ctx, id));
}

/** The same, where what stands in the way is told with other things. */
export async function lookAtAccount(
  { store, secrets, signal }: SetupContext,
  id: AccountId,
): Promise<Look<CheckedAccount>> {
  const stored = await look(() => getAccount(store.db, secrets, id));
  if (stored.kind === 'obstructed') return stored;
  const account = stored.found;
  const opened = await inspectAccount(account, signal);
  if (opened.kind === 'obstructed') return opened;
  const isAnother = opened.found.accountId !== account.mailchimpAccountId;
  return unless(isAnother ? [fault('MAILCHIMP_KEY_REFUSED', ANOTHER)] : [], {
    id,
    name: account.name,
    nameAtMailchimp: opened.found.name,
  });
}

const ANOTHER =
  'The stored API key opens another Mailchimp account than it did when it was stored. Add the account again with a key of its own.';
