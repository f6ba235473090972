import type { RunId } from '@mcsync/core/domain/ids';
import { STAYS_BECAUSE } from '@mcsync/core/domain/stays-because';
import { getRun } from '@mcsync/core/store/runs';
import { STAYS_WORDS } from '@mcsync/core/words/undo';
import { type PlannedUndo, planUndoNow } from '@mcsync/core/worker/plan-undo-now';
import type { Command } from 'commander';
import { toRunId } from '../arguments.ts';
import { EXIT } from '../exit-codes.ts';
import { counted, indented } from '../format.ts';
import type { Outcome } from '../outcome.ts';
import { planLines } from '../plan-lines.ts';
import type { Run, Session } from '../session.ts';

export function addUndo(program: Command, run: Run): void {
  program
    .command('undo')
    .description(
      'put back what a run changed and nobody changed since, as a new plan that waits for approval',
    )
    .argument('<run>', 'id of the run', toRunId)
    .action((id: RunId) => run((session) => undo(session, id)));
}

async function undo(session: Session, id: RunId): Promise<Outcome> {
  const { store, environment } = await session.service();
  const planned = await planUndoNow(environment, id, 'cli');
  const run = await getRun(store.db, planned.runId);
  const { putBack, stays } = planned;
  const json = { undoes: id, run: { id: run.id, state: run.state }, plan: run.plan, putBack, stays };
  if (putBack === 0)
    return {
      json,
      lines: [`Run ${id} has left nothing that could be put back.`, ...stayLines(planned)],
      exitCode: EXIT.done,
    };
  return {
    json,
    lines: [
      `Run ${run.id} would put back ${counted(putBack, 'change', 'changes')} of run ${id}:`,
      '',
      ...indented(planLines(run.plan)),
      '',
      ...stayLines(planned),
      `Nothing is changed yet: "mcsync approve ${run.id}" puts them back, "mcsync reject ${run.id}" leaves them.`,
    ],
    exitCode: EXIT.waiting,
  };
}

/** What stays as it is, and why. */
const stayLines = ({ stays }: PlannedUndo): readonly string[] =>
  STAYS_BECAUSE.flatMap((why) => {
    const count = stays[why] ?? 0;
    return count === 0 ? [] : [`${counted(count, ...STAYS_WORDS[why])}.`];
  });
