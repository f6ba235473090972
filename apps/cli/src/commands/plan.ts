import type { ConnectionId } from '@mcsync/core/domain/ids';
import { UsageError } from '@mcsync/core/errors/sync-error';
import { startRun } from '@mcsync/core/queue/run-control';
import { getConnection } from '@mcsync/core/store/connections';
import { countPeople, type PeopleCounts } from '@mcsync/core/store/people-counts';
import type { Command } from 'commander';
import { toConnectionId, toPastMoment } from '../arguments.ts';
import { carriedOutcome } from '../carried-outcome.ts';
import { type Carried, carryOut } from '../carry-out.ts';
import { pairOf } from '../connection-words.ts';
import { duration, indented, number } from '../format.ts';
import { done, type Outcome } from '../outcome.ts';
import { peopleLines } from '../people-lines.ts';
import { planLines } from '../plan-lines.ts';
import { reportJson } from '../report-lines.ts';
import type { Run, Session } from '../session.ts';

export function addPlan(program: Command, run: Run): void {
  program
    .command('plan')
    .description('show what a sync would do; writes nothing to either system')
    .argument('<id>', 'id of the connection', toConnectionId)
    .option('--full', 'read everything on both sides')
    .option('--since <datetime>', 'read what has changed since then', toPastMoment)
    .action((id: ConnectionId, options: PlanOptions) => run((session) => plan(session, id, options)));
}

interface PlanOptions {
  readonly full?: true;
  readonly since?: Date;
}

/** A running worker makes the plan where there is one; else this process does. */
async function plan(session: Session, id: ConnectionId, { full, since }: PlanOptions): Promise<Outcome> {
  if (full && since)
    throw new UsageError('BAD_INPUT', ['--full and --since contradict each other: use one of them.']);
  const { store, queues } = await session.service();
  const connection = await getConnection(store.db, id);
  const mode = full ? 'full' : 'incremental';
  const asked = {
    connectionId: id,
    mode,
    purpose: 'plan',
    requestedBy: 'cli',
    since: since ?? null,
  } as const;
  const order = { connection, start: () => startRun(store, queues, asked) };
  const [carried] = await carryOut(session, [order], { workers: 'whoever', until: 'run', deadline: null });
  if (carried?.kind !== 'rested' || carried.report.run.state !== 'done')
    return carriedOutcome(session, carried === undefined ? [] : [carried]);
  return plannedOutcome(carried, await countPeople(store.db, id));
}

function plannedOutcome(carried: Extract<Carried, { kind: 'rested' }>, people: PeopleCounts): Outcome {
  const { report, connection } = carried;
  const { run, tookMs } = report;
  const { mailchimp, civicrm } = run.totals;
  const json = { ...reportJson(carried), totals: { mailchimp, civicrm }, people };
  return done(json, [
    `Plan of ${pairOf(connection)} (run ${run.id}, ${duration(tookMs)}): ${number(mailchimp)} subscribed at Mailchimp, ${number(civicrm)} in the CiviCRM group.`,
    '',
    ...indented(planLines(run.plan)),
    '',
    ...indented(peopleLines(people)),
    'Nothing was written to either system.',
  ]);
}
