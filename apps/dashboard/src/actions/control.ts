import type { RunId } from '@mcsync/core/domain/ids';
import type { RunMode, RunPurpose } from '@mcsync/core/domain/run';
import { UsageError } from '@mcsync/core/errors/sync-error';
import { abortRun, pauseConnection, resumeConnection, startRun } from '@mcsync/core/queue/run-control';
import { recordAct } from '@mcsync/core/store/acts';
import type { Connection } from '@mcsync/core/store/connections';
import { recordWriting } from '@mcsync/core/store/installation';
import { z } from 'zod';
import { getConnectionOf } from '../connection-path.ts';
import type { Dependencies } from '../dependencies.ts';
import { saying } from '../html/said.tsx';
import { formOf, type Handle, redirect } from '../page.ts';
import { whoOf } from '../signed-in.ts';

/** Starts a run in somebody's name. Rejects with `UsageError` where the connection cannot run, or another run holds it (E22). */
export async function startRunFor(
  { store, queues }: Dependencies,
  who: string,
  { id }: Connection,
  asked: { readonly mode: RunMode; readonly purpose: RunPurpose },
): Promise<RunId> {
  const started = await startRun(store, queues, { ...asked, connectionId: id, requestedBy: who });
  if (started.kind === 'busy') throw busy(started.holder);
  const kind = asked.purpose === 'plan' ? 'plan-started' : 'sync-started';
  await recordAct(store.db, { who, kind, connectionId: id, runId: started.runId, note: asked.mode });
  return started.runId;
}

export const busy = (holder: RunId): UsageError =>
  new UsageError('CONNECTION_BUSY', [
    `Run ${holder} holds the connection. Wait until it is done, or abort it.`,
  ]);

const MODE = z.object({ mode: z.enum(['incremental', 'full']) });

export const syncNow: Handle = async (visit, deps) => {
  const connection = await getConnectionOf(visit, deps);
  const { mode } = formOf(visit, MODE);
  await startRunFor(deps, whoOf(visit).email, connection, { mode, purpose: 'sync' });
  return redirect(saying(`/connections/${connection.id}`, 'sync-started'));
};

export const planOnly: Handle = async (visit, deps) => {
  const connection = await getConnectionOf(visit, deps);
  const runId = await startRunFor(deps, whoOf(visit).email, connection, { mode: 'full', purpose: 'plan' });
  return redirect(saying(`/runs/${runId}/review`, 'plan-started'));
};

export const pause: Handle = async (visit, deps) => {
  const { id } = await getConnectionOf(visit, deps);
  await pauseConnection(deps.store, id);
  await recordAct(deps.store.db, { who: whoOf(visit).email, kind: 'connection-paused', connectionId: id });
  return redirect(saying(`/connections/${id}`, 'paused'));
};

export const resume: Handle = async (visit, deps) => {
  const { id } = await getConnectionOf(visit, deps);
  await resumeConnection(deps.store, id);
  await recordAct(deps.store.db, { who: whoOf(visit).email, kind: 'connection-resumed', connectionId: id });
  return redirect(saying(`/connections/${id}`, 'resumed'));
};

export const abort: Handle = async (visit, deps) => {
  const { id } = await getConnectionOf(visit, deps);
  const runId = await abortRun(deps.store, id);
  if (runId === null) return redirect(saying(`/connections/${id}`, 'nothing-running'));
  await recordAct(deps.store.db, { who: whoOf(visit).email, kind: 'run-aborted', connectionId: id, runId });
  return redirect(saying(`/connections/${id}`, 'aborted'));
};

const WRITING = z.object({ writing: z.enum(['stopped', 'allowed']) });

/** The one switch for all writing (rules section 8). */
export const switchWriting: Handle = async (visit, { store }) => {
  const { writing } = formOf(visit, WRITING);
  await recordWriting(store.db, writing);
  await recordAct(store.db, { who: whoOf(visit).email, kind: `writing-${writing}` });
  return redirect(saying('/', `writing-${writing}`));
};
