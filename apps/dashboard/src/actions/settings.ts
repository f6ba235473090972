import { UsageError } from '@mcsync/core/errors/sync-error';
import { dropConnection } from '@mcsync/core/queue/run-control';
import { changePolicies } from '@mcsync/core/setup/change-policies';
import { recordAct } from '@mcsync/core/store/acts';
import { z } from 'zod';
import { nameOf } from '../alerts.ts';
import { getConnectionOf } from '../connection-path.ts';
import { saying } from '../html/said.tsx';
import { formOf, type Handle, redirect, showPage } from '../page.ts';
import { loadSettings, renderSettings } from '../pages/settings.tsx';
import { policiesIn } from '../policy-form.ts';
import { whoOf } from '../signed-in.ts';

/** Other policies for a connection; all that cannot be read is told at once, and nothing is changed then. */
export const changePoliciesOf: Handle = async (visit, deps) => {
  const { id } = await getConnectionOf(visit, deps);
  const given = policiesIn(formOf(visit, z.record(z.string(), z.unknown())));
  try {
    await changePolicies(deps.store.db, id, given, 'as-usual');
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const { problems } = error;
    return showPage(renderSettings({ ...(await loadSettings(deps, visit)), problems }, visit), 422);
  }
  const note = given.join(', ');
  await recordAct(deps.store.db, {
    who: whoOf(visit).email,
    kind: 'policies-changed',
    connectionId: id,
    note,
  });
  return redirect(saying(`/connections/${id}/settings`, 'policies-changed'));
};

/** Removes a connection with everything that is known of its people. Rejects with `UsageError` while anything is submitted or running. */
export const removeConnectionOf: Handle = async (visit, deps) => {
  const connection = await getConnectionOf(visit, deps);
  await dropConnection(deps.store, connection.id);
  const note = nameOf(connection);
  const act = {
    who: whoOf(visit).email,
    kind: 'connection-removed',
    connectionId: connection.id,
    note,
  } as const;
  await recordAct(deps.store.db, act);
  return redirect(saying('/', 'connection-removed'));
};
