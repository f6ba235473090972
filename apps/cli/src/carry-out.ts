import type { RunId } from '@mcsync/core/domain/ids';
import { LeaseLostError, SyncError } from '@mcsync/core/errors/sync-error';
import type { Started } from '@mcsync/core/queue/run-control';
import type { Connection } from '@mcsync/core/store/connections';
import { type RunReport, reportRun } from '@mcsync/core/store/run-report';
import { getRun, type Run } from '@mcsync/core/store/runs';
import { RUN_STATE_WORDS } from '@mcsync/core/words/runs';
import type { Service } from '@mcsync/core/worker/open-service';
import { moment } from './format.ts';
import type { RunDisplay } from './run-display.ts';
import type { Session } from './session.ts';
import { watchRun } from './watch-runs.ts';
import { countWorkers, type OwnWorkers, startOwnWorkers } from './workers.ts';

/** A run that somebody wants, of one connection. */
export interface Order {
  readonly connection: Connection;
  readonly start: () => Promise<Started>;
}

export interface CarryOptions {
  /** `own`: this process brings workers. `others`: a running worker does the work. `whoever`: others where there are any, else our own. */
  readonly workers: 'own' | 'others' | 'whoever';
  /** How long to stay: not at all, until the run rests, or until Mailchimp has carried out its changes, too. */
  readonly until: 'queued' | 'run' | 'updates';
  /** Milliseconds since 1970; null: as long as it takes. */
  readonly deadline: number | null;
}

/** What came of an order. */
export type Carried =
  | { readonly kind: 'queued'; readonly connection: Connection; readonly run: Run }
  | { readonly kind: 'rested'; readonly connection: Connection; readonly report: RunReport }
  | { readonly kind: 'refused'; readonly connection: Connection; readonly error: SyncError };

const NO_WORKER =
  'No worker is connected to the queue: nothing happens before one is. "npm start" starts one; --inline brings one in this process.';

/** Starts runs, all at once, and sees them through as far as was asked for. What cannot be started is told with the others. */
export async function carryOut(
  session: Session,
  orders: readonly Order[],
  { workers: wanted, until, deadline }: CarryOptions,
): Promise<readonly Carried[]> {
  const service = await session.service();
  const others = await countWorkers(service);
  const isOwn = wanted === 'own' || (wanted === 'whoever' && others === 0);
  const workers: OwnWorkers | null = isOwn ? await startOwnWorkers(service, session.settings()) : null;
  const display = session.output.watch();
  const isAlone = isOwn && others === 0;
  const scene = { session, service, display, until, deadline, isOwn, isAlone };
  try {
    const started = await Promise.all(orders.map((order) => startOne(scene, order)));
    if (!isOwn && others === 0 && started.some(({ kind }) => kind === 'started'))
      session.output.note(NO_WORKER);
    return await Promise.all(started.map((one) => (one.kind === 'started' ? seeThrough(scene, one) : one)));
  } finally {
    display.end();
    await workers?.stop();
  }
}

interface Scene {
  readonly session: Session;
  readonly service: Service;
  readonly display: RunDisplay;
  readonly until: CarryOptions['until'];
  readonly deadline: number | null;
  /** The workers are this process's. */
  readonly isOwn: boolean;
  /** And there are no others. */
  readonly isAlone: boolean;
}

/** An order that has a run now. */
interface StartedOrder {
  readonly kind: 'started';
  readonly connection: Connection;
  readonly id: RunId;
}
type Refused = Extract<Carried, { kind: 'refused' }>;

async function startOne(scene: Scene, order: Order): Promise<StartedOrder | Refused> {
  const { connection } = order;
  try {
    return { kind: 'started', connection, id: await startUnlessBusy(scene, order) };
  } catch (error) {
    if (error instanceof SyncError) return { kind: 'refused', connection, error };
    throw error;
  }
}

/** A run that nobody else works for was left behind by a process that has gone: it is brought to its end, or no other would ever start. */
async function startUnlessBusy(scene: Scene, { connection, start }: Order): Promise<RunId> {
  const first = await start();
  if (first.kind === 'started') return first.runId;
  if (!scene.isAlone) throw await busyError(scene, connection, first.holder);
  scene.session.output.note(`Run ${first.holder} had been left behind half-way, and is finished first.`);
  await watch(scene, first.holder, 'run');
  const second = await start();
  if (second.kind === 'started') return second.runId;
  throw await busyError(scene, connection, second.holder);
}

async function seeThrough(scene: Scene, { connection, id }: StartedOrder): Promise<Carried> {
  const { db } = scene.service.store;
  if (scene.until === 'queued') return { kind: 'queued', connection, run: await getRun(db, id) };
  await watch(scene, id, scene.until);
  return { kind: 'rested', connection, report: await reportRun(db, id) };
}

async function busyError({ service }: Scene, connection: Connection, holder: RunId): Promise<LeaseLostError> {
  const run = await getRun(service.store.db, holder);
  return new LeaseLostError(
    'CONNECTION_BUSY',
    `Run ${holder} holds connection ${connection.id}: it ${RUN_STATE_WORDS[run.state]} since ${moment(run.createdAt)}, asked for by ${run.requestedBy}. Wait for it, or end it with "mcsync abort ${connection.id}".`,
  );
}

async function watch(
  { session, service, display, deadline, isOwn }: Scene,
  id: RunId,
  until: 'run' | 'updates',
): Promise<void> {
  await watchRun(service.store, id, {
    display,
    until,
    deadline,
    interruption: session.interruption,
    whenInterrupted: isOwn ? 'stop' : 'leave',
  });
}
