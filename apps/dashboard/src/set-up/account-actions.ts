import { accountId } from '@mcsync/core/domain/ids';
import { addAccount } from '@mcsync/core/setup/add-account';
import { lookAtAccount } from '@mcsync/core/setup/check-account';
import { look, obstaclesOf } from '@mcsync/core/setup/obstacle';
import { recordAct } from '@mcsync/core/store/acts';
import { z } from 'zod';
import { rowNumber } from '../connection-path.ts';
import { formOf, type Handle, showPage } from '../page.ts';
import { whoOf } from '../signed-in.ts';
import { loadAccounts, renderAccountSetUp } from './account-page.tsx';

export const ACCOUNT_FORM = z.object({
  apiKey: z.string().trim().max(500),
  baseUrl: z.string().trim().max(500).default(''),
  name: z.string().trim().max(100).default(''),
});

/** Asks Mailchimp whether it accepts the key, and keeps the account where it does. */
export const addAccountAction: Handle = async (visit, deps) => {
  const { apiKey, baseUrl, name } = formOf(visit, ACCOUNT_FORM);
  const request = { apiKey, baseUrl: baseUrl || null, name: name || null };
  const added = await look(() => addAccount(deps, request));
  if (added.kind === 'obstructed') {
    const problems = obstaclesOf(added).map(({ message }) => message);
    const view = { ...(await loadAccounts(deps)), problems, given: { baseUrl, name } };
    return showPage(renderAccountSetUp(view, visit), 422);
  }
  const note = added.found.name;
  await recordAct(deps.store.db, { who: whoOf(visit).email, kind: 'account-added', note });
  const done = `Mailchimp accepts the key. It opens the account "${note}".`;
  return showPage(renderAccountSetUp({ ...(await loadAccounts(deps)), done }, visit));
};

/** Asks Mailchimp whether a stored key still opens the same account. */
export const checkAccountAction: Handle = async (visit, deps) => {
  const { id } = formOf(visit, z.object({ id: rowNumber }));
  const looked = await lookAtAccount(deps, accountId(id));
  const problems = obstaclesOf(looked).map(({ message }) => message);
  const done = looked.kind === 'found' ? `Mailchimp accepts the key of "${looked.found.name}".` : null;
  return showPage(renderAccountSetUp({ ...(await loadAccounts(deps)), problems, done }, visit));
};
