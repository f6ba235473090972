import type { Run } from '@mcsync/core/store/runs';
import { RUN_STATE_WORDS } from '@mcsync/core/words/runs';
import { STAGE_WORDS } from '@mcsync/core/words/stages';
import pc from 'picocolors';
import type { ConnectionStatus } from './connection-status.ts';
import { connectionJson, pairOf, stateWords } from './connection-words.ts';
import { columns, indented, moment, number } from './format.ts';
import { peopleLines } from './people-lines.ts';
import { planJson, planLines } from './plan-lines.ts';

/** `overview`: one of several; `whole`: with its latest runs. */
export function statusLines(status: ConnectionStatus, detail: 'overview' | 'whole'): readonly string[] {
  const { connection, people } = status;
  const numbers = `${pc.bold(number(people.subscribed))} subscribed at Mailchimp, ${pc.bold(number(people.added))} in the CiviCRM group`;
  const synced =
    connection.syncedAt === null
      ? `Never synced. "mcsync plan ${connection.id}" shows what a first sync would do.`
      : `Synced ${moment(connection.syncedAt)}, in full ${moment(connection.fullSyncedAt)}`;
  return [
    `Connection ${connection.id}: ${pc.bold(pairOf(connection))}, ${stateWords(connection)}`,
    ...indented([
      ...(connection.syncedAt === null ? [] : [numbers]),
      synced,
      ...peopleLines(people),
      ...updateLines(status),
      ...runningLines(status),
      ...heldLines(status),
      ...(detail === 'whole' ? latestLines(status) : []),
    ]),
  ];
}

function updateLines({ updates }: ConnectionStatus): readonly string[] {
  const { queued = 0, submitted = 0 } = updates;
  if (queued + submitted === 0) return [];
  return [`Changes for Mailchimp: ${number(submitted)} there, ${number(queued)} to be sent`];
}

function runningLines({ running }: ConnectionStatus): readonly string[] {
  if (running === null) return [];
  const stage = running.stages.find(({ state }) => state === 'running');
  const at =
    stage === undefined
      ? ''
      : `: ${STAGE_WORDS[stage.stage]}${stage.total > 0 ? ` ${stage.done}/${stage.total}` : ''}`;
  return [`Run ${running.run.id} ${RUN_STATE_WORDS[running.run.state]}${at}`];
}

function heldLines({ held }: ConnectionStatus): readonly string[] {
  if (held === null) return [];
  return [
    `Run ${held.id} ${pc.yellow('waits for approval')} ("mcsync approve ${held.id}" or "mcsync reject ${held.id}"):`,
    ...indented(planLines(held.plan.filter(({ verdict }) => verdict === 'held'))),
  ];
}

function latestLines({ latest }: ConnectionStatus): readonly string[] {
  if (latest.length === 0) return [];
  const header = ['run', 'started', 'kind', 'by', 'state', ''].map((title) => pc.dim(title));
  return ['', ...columns([header, ...latest.map(runRow)], ['right'])];
}

const runRow = ({ id, createdAt, mode, purpose, requestedBy, state, error }: Run): readonly string[] => [
  String(id),
  moment(createdAt),
  purpose === 'sync' ? mode : purpose,
  requestedBy,
  state,
  error?.message ?? '',
];

/** The same for programs. */
export function statusJson({ connection, people, updates, running, held, latest }: ConnectionStatus) {
  return {
    ...connectionJson(connection),
    people,
    updates,
    running:
      running === null
        ? null
        : {
            id: running.run.id,
            state: running.run.state,
            stages: running.stages.map(({ stage, state, total, done }) => ({ stage, state, total, done })),
          },
    held: held === null ? null : { id: held.id, plan: planJson(held.plan) },
    latest: latest.map(({ id, mode, purpose, state, requestedBy, error, createdAt, finishedAt }) => ({
      ...{ id, mode, purpose, state, requestedBy, error, createdAt, finishedAt },
    })),
  };
}
