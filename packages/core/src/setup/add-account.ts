import type { AccountId } from '../domain/ids.ts';
import { listAccounts, recordAccount } from '../store/sites.ts';
import { inspectAccount, locateAccount } from './inspect-account.ts';
import { insistOn } from './obstacle.ts';
import type { SetupContext } from './setup-context.ts';

export interface AccountRequest {
  readonly apiKey: string;
  /** Null: follows from the key. */
  readonly baseUrl: string | null;
  /** Null: as Mailchimp calls the account. */
  readonly name: string | null;
}

export interface AddedAccount {
  readonly id: AccountId;
  readonly name: string;
  readonly baseUrl: string;
  /** `renewed`: this Mailchimp account was there already, and has the new key now. */
  readonly outcome: 'added' | 'renewed';
}

/**
 * Adds a Mailchimp account once Mailchimp has accepted its key. Adding an account again renews its key, base URL and name. Rejects with what stands in the way, having stored nothing.
 */
export async function addAccount(
  { store, secrets, signal }: SetupContext,
  { apiKey, baseUrl, name }: AccountRequest,
): Promise<AddedAccount> {
  const access = insistOn(locateAccount(apiKey, baseUrl));
  const account = insistOn(await inspectAccount(access, signal));
  const known = await listAccounts(store.db);
  const isKnown = known.some(({ mailchimpAccountId }) => mailchimpAccountId === account.accountId);
  const added = { ...access, name: name ?? account.name, mailchimpAccountId: account.accountId };
  const id = await recordAccount(store.db, secrets, added);
  return { id, name: added.name, baseUrl: access.baseUrl, outcome: isKnown ? 'renewed' : 'added' };
}
