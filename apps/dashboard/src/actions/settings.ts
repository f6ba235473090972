import type { ConnectionId } from '@mcsync/core/domain/ids';
import { DEFAULT_POLICIES, parsePolicies } from '@mcsync/core/domain/policies';
import { dropConnection } from '@mcsync/core/queue/run-control';
import { changePolicies } from '@mcsync/core/setup/change-policies';
import { recordAct } from '@mcsync/core/store/acts';
import type { Connection } from '@mcsync/core/store/connections';
import { z } from 'zod';
import { nameOf } from '../alerts.ts';
import { getConnectionOf } from '../connection-path.ts';
import type { Dependencies } from '../dependencies.ts';
import { saying } from '../html/said.tsx';
import { formOf, type Handle, redirect } from '../page.ts';
import { loadSettings, renderSettings } from '../pages/settings.tsx';
import { policiesIn } from '../policy-form.ts';
import { showingProblems } from '../showing-problems.ts';
import { whoOf } from '../signed-in.ts';
import type { Visit } from '../visit.ts';

/** On the page of settings, with the policies as they were typed. */
const onSettings = (handle: Handle): Handle =>
  showingProblems(handle, async (problems, visit, deps) => {
    const { policies } = parsePolicies(givenIn(visit), DEFAULT_POLICIES);
    return renderSettings({ ...(await loadSettings(deps, visit)), policies, problems }, visit);
  });

const givenIn = (visit: Visit): readonly string[] =>
  policiesIn(formOf(visit, z.record(z.string(), z.unknown())));

/** Other policies for a connection; all that cannot be read is told at once, and nothing is changed then. */
export const changePoliciesOf = onSettings(async (visit, deps) => {
  const { id } = await getConnectionOf(visit, deps);
  const given = givenIn(visit);
  await changePoliciesFor(deps, whoOf(visit).email, id, given);
  return redirect(saying(`/connections/${id}/settings`, 'policies-changed'));
});

/** In somebody's name; those not named get their usual value. */
export async function changePoliciesFor(
  { store: { db } }: Pick<Dependencies, 'store'>,
  who: string,
  id: ConnectionId,
  given: readonly string[],
): Promise<Connection> {
  const changed = await changePolicies(db, id, given, 'as-usual');
  await recordAct(db, { who, kind: 'policies-changed', connectionId: id, note: given.join(', ') });
  return changed;
}

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
