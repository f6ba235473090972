import type { Connection } from '@mcsync/core/store/connections';
import type { RunCounts, RunReport } from '@mcsync/core/store/run-report';
import { RUN_STATE_WORDS } from '@mcsync/core/words/runs';
import pc from 'picocolors';
import { columns, duration, indented, number } from './format.ts';
import { planJson, planLines } from './plan-lines.ts';

/** What a run did, in the order in which it is read. Nothing is said of what did not happen. */
const COUNT_WORDS: readonly (readonly [name: keyof RunCounts, words: string])[] = [
  ['created', 'contacts created in CiviCRM'],
  ['addedToGroup', 'added to the CiviCRM group'],
  ['removedFromGroup', 'removed from the CiviCRM group'],
  ['subscribed', 'subscribed at Mailchimp'],
  ['pending', 'asked by Mailchimp to confirm'],
  ['unsubscribed', 'unsubscribed at Mailchimp'],
  ['archived', 'archived at Mailchimp'],
  ['erased', 'permanently deleted at Mailchimp'],
  ['addressesMoved', 'with another address at Mailchimp'],
  ['addressesAdded', 'with another address in CiviCRM'],
  ['putOnHold', 'with an address put on hold in CiviCRM'],
  ['profilesChanged', 'with interests, fields or tags changed at Mailchimp'],
  ['addedToInterestGroups', 'added to interest groups in CiviCRM'],
  ['removedFromInterestGroups', 'removed from interest groups in CiviCRM'],
  ['fieldsWritten', 'with fields changed in CiviCRM'],
  ['relinked', 'addresses that belong to another contact now'],
  ['refused', 'cannot be agreed'],
  ['held', 'waiting for approval'],
  ['open', 'changes still at Mailchimp'],
];

export interface ReportedRun {
  readonly report: RunReport;
  readonly connection: Pick<Connection, 'id' | 'audienceName' | 'groupTitle'>;
}

/** A run that rests, as people read it. */
export function reportLines({ report, connection }: ReportedRun): readonly string[] {
  const { run, counts, requests, tookMs } = report;
  const numbers = COUNT_WORDS.filter(([name]) => counts[name] > 0).map(([name, words]) => [
    pc.bold(number(counts[name])),
    words,
  ]);
  const effort = `Requests: ${number(requests.mailchimp)} to Mailchimp, ${number(requests.civicrm)} to CiviCRM; ${duration(tookMs)}`;
  return [
    `Run ${run.id} ${stateWords(run.state)}: ${connection.audienceName} ⇄ ${connection.groupTitle} (connection ${connection.id})`,
    ...(run.error === null ? [] : indented([pc.red(run.error.message)])),
    ...indented(
      numbers.length === 0 && run.state === 'done'
        ? ['Nothing to do: both sides agree.']
        : columns(numbers, ['right']),
    ),
    ...indented([pc.dim(effort)]),
    ...(run.state === 'held' ? heldLines(report) : []),
  ];
}

function stateWords(state: RunReport['run']['state']): string {
  const paint = state === 'done' ? pc.green : state === 'failed' ? pc.red : pc.yellow;
  return paint(RUN_STATE_WORDS[state]);
}

function heldLines({ run }: RunReport): readonly string[] {
  return [
    '',
    ...indented(planLines(run.plan.filter(({ verdict }) => verdict === 'held'))),
    '',
    `"mcsync approve ${run.id}" carries out exactly this; "mcsync reject ${run.id}" drops it.`,
  ];
}

/** The same for programs (architecture.md, "Command line"). */
export function reportJson({ report, connection }: ReportedRun) {
  const { run, counts, requests, tookMs } = report;
  const { id, state, mode, purpose, error, createdAt, finishedAt } = run;
  return {
    run: { id, connectionId: connection.id, state, mode, purpose, error, createdAt, finishedAt },
    counts,
    requests,
    tookMs,
    plan: planJson(run.plan),
  };
}
