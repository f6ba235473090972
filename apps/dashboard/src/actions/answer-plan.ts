import { approveRun, rejectRun } from '@mcsync/core/queue/run-control';
import { recordAct } from '@mcsync/core/store/acts';
import type { Run } from '@mcsync/core/store/runs';
import { z } from 'zod';
import type { Dependencies } from '../dependencies.ts';
import { saying } from '../html/said.tsx';
import { formOf, type Handle, redirect } from '../page.ts';
import { getRunOf } from '../run-path.ts';
import { whoOf } from '../signed-in.ts';
import { busy } from './control.ts';

const FORM = z.object({ answer: z.enum(['approve', 'reject']), note: z.string().max(2000).default('') });
export type PlanAnswer = z.infer<typeof FORM>;

/** Approves or rejects exactly what a held run shows, and keeps who did so with their note. Rejects with `UsageError` where nothing waits. */
export async function answerPlanFor(
  { store, queues }: Dependencies,
  who: string,
  { id, connectionId }: Run,
  { answer, note }: PlanAnswer,
): Promise<void> {
  if (answer === 'approve') {
    const started = await approveRun(store, queues, id, who);
    if (started.kind === 'busy') throw busy(started.holder);
  } else await rejectRun(store, id, who);
  const kind = answer === 'approve' ? 'run-approved' : 'run-rejected';
  await recordAct(store.db, { who, kind, connectionId, runId: id, note: note.trim() });
}

export const answerPlan: Handle = async (visit, deps) => {
  const { run } = await getRunOf(visit, deps);
  const given = formOf(visit, FORM);
  await answerPlanFor(deps, whoOf(visit).email, run, given);
  const isApproved = given.answer === 'approve';
  return isApproved
    ? redirect(saying(`/connections/${run.connectionId}`, 'approved'))
    : redirect(saying(`/runs/${run.id}/review`, 'rejected'));
};
