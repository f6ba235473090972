import type { Fault } from '@mcsync/sandbox/faults';
import type { RunId } from '../src/domain/ids.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../src/domain/instant.ts';
import { APPLY_STAGES, type RunMode, type RunState } from '../src/domain/run.ts';
import { LeaseLostError, TransientError } from '../src/errors/sync-error.ts';
import { approveRun, resumeConnection, startRun } from '../src/queue/run-control.ts';
import { type Connection, getConnection } from '../src/store/connections.ts';
import { findLease } from '../src/store/leases.ts';
import { listStages } from '../src/store/run-stages.ts';
import { getRun } from '../src/store/runs.ts';
import { failRun } from '../src/worker/fail-run.ts';
import type { WorkerEnvironment } from '../src/worker/worker-environment.ts';
import { describeWorlds, expectSameText } from './describe-worlds.ts';
import { driveMailchimp, driveRun, LOST_QUEUES, takeOver } from './drive-run.ts';
import type { Household, HouseholdInterest, Whom } from './household.ts';
import type { Process, SmallInstallation } from './small-installation.ts';
import { happen } from './world-acts.ts';

/** Something that somebody does; which of all acts, by number. */
export interface ActStep extends Whom {
  readonly act: number;
}

/** Time goes by, and then something happens in each household. */
export interface ActsStep {
  readonly kind: 'acts';
  readonly afterMs: number;
  /** By household. */
  readonly acts: readonly ActStep[];
}

/** One sync, and what happens to it. */
export interface SyncStep {
  readonly kind: 'sync';
  readonly mode: RunMode;
  /** After so many pieces of talk with the database the process is killed; once for each number. */
  readonly kills: readonly number[];
  /** What breaks at the other end. */
  readonly faults: readonly Fault[];
  /** Two processes do the same stages at the same time. */
  readonly by: 'one' | 'two';
  /** What happens in a household while the run is at a stage, counted from 0. */
  readonly meanwhile: readonly (ActStep & { readonly stage: number; readonly household: number })[];
  /** Whether Mailchimp's changes are sent and settled before the history goes on; `sent`: only sent. */
  readonly updates: 'settled' | 'sent' | 'queued';
}

export type Step = SyncStep | ActsStep;

/** A sync by one process, to which nothing happens. */
export const PLAIN_SYNC: Omit<SyncStep, 'updates'> = {
  kind: 'sync',
  mode: 'incremental',
  kills: [],
  faults: [],
  by: 'one',
  meanwhile: [],
};

/** Something that took place; in which household, or to the sync. */
export interface Happening {
  readonly household: Household | null;
  readonly text: string;
}

/** Small, so that a few people fill batches. */
const BATCHES = { fewest: 3, most: 50 };
const MOST_TRIES = 6;

/**
 * Many histories at once: households that have nothing to do with each other, on one connection, with both systems and with processes of ours between them that may be killed
 * anywhere.
 */
export class LiveHistory {
  readonly households: readonly Household[];
  readonly connection: Connection;
  readonly #installation: SmallInstallation;
  readonly #happened: Happening[] = [];
  #process: Process | null = null;

  constructor(installation: SmallInstallation, households: readonly Household[], connection: Connection) {
    this.#installation = installation;
    this.households = households;
    this.connection = connection;
  }

  /** What took place, for whoever looks for the reason of a failure. */
  get happened(): readonly Happening[] {
    return this.#happened;
  }

  get store() {
    return this.#installation.store;
  }

  get sandbox() {
    return this.#installation.sandbox;
  }

  /** Interests that the connection pairs. */
  get interests(): readonly HouseholdInterest[] {
    return this.households[0]?.interests ?? [];
  }

  act({ afterMs, acts }: ActsStep): void {
    this.sandbox.clock.advance(afterMs);
    for (const [household, act] of acts.entries()) this.#happen(household, act);
  }

  #happen(number: number, { act, ...whom }: ActStep): void {
    const household = this.households[number % this.households.length];
    if (household === undefined) return;
    const index = number % this.households.length;
    this.#note(`household ${index}: ${happen(household, act, whom) ?? 'nothing'}`, household);
  }

  #note(what: string, household: Household | null = null): void {
    const at = new Date(this.sandbox.clock.now()).toISOString();
    this.#happened.push({ household, text: `${at} ${what}` });
  }

  /**
   * Starts a run, sees it to its end through whatever befalls it, and its updates as far as the step says. I4: a run that fails before its apply flow has written nothing.
   * Gives how it ended; null: none could be started.
   */
  async sync(step: SyncStep): Promise<RunState | null> {
    this.sandbox.clock.advance(2000); // Mailchimp's dates are whole seconds
    const id = await this.#start(step.mode);
    if (id === null) return null;
    const before = step.meanwhile.length === 0 ? this.describe() : null;
    for (const fault of step.faults) this.sandbox.faults.inject(fault);
    const kills = [...step.kills];
    await this.#seeThrough(kills, (process) => this.#driveRun(process, id, step));
    if ((await getRun(this.store.db, id)).state === 'held') {
      await approveRun(this.store, LOST_QUEUES, id, 'test');
      await this.#seeThrough(kills, (process) => this.#driveRun(process, id, step));
    }
    this.sandbox.faults.clear();
    const { state } = await getRun(this.store.db, id);
    this.#note(`run ${id} is ${state}`);
    if (state === 'failed' && before !== null && !(await this.#hasBegunToApply(id)))
      expectSameText(before, this.describe(), `I4: run ${id} could not read everything, and wrote`);
    if (step.updates === 'sent') await this.#seeThrough(kills, (process) => this.#send(process));
    if (step.updates === 'settled') await this.settle(kills);
    return state;
  }

  async #hasBegunToApply(id: RunId): Promise<boolean> {
    const applied: readonly string[] = APPLY_STAGES;
    const stages = await listStages(this.store.db, id);
    return stages.some(({ stage, state }) => applied.includes(stage) && state !== 'waiting');
  }

  /** Where a fault had stopped the connection, an operator lets it run again first. */
  async #start(mode: RunMode): Promise<RunId | null> {
    const { state } = await getConnection(this.store.db, this.connection.id);
    if (state === 'faulted') await resumeConnection(this.store, this.connection.id);
    const asked = { connectionId: this.connection.id, mode, purpose: 'sync', approval: 'all' } as const;
    const started = await startRun(this.store, LOST_QUEUES, { ...asked, requestedBy: 'test' });
    return started.kind === 'started' ? started.runId : null;
  }

  /** Work that a process does; where it is killed, another one takes over. */
  async #seeThrough(kills: number[], work: (process: Process) => Promise<unknown>): Promise<void> {
    for (;;) {
      const process = await this.#alive();
      const kill = kills.shift();
      process.line.cutAfter(kill ?? Number.POSITIVE_INFINITY);
      const outcome = await Promise.race([
        work(process).then(
          () => ({ kind: 'done' }) as const,
          (error: unknown) => ({ kind: 'failed', error }) as const,
        ),
        process.line.isCut.then(() => ({ kind: 'killed' }) as const),
      ]);
      // What fails because the line was cut may be heard of before the cut itself.
      const isKilled = outcome.kind === 'killed' || process.line.isDead();
      process.line.cutAfter(Number.POSITIVE_INFINITY);
      if (outcome.kind === 'done') return;
      if (outcome.kind === 'failed' && !isKilled) throw outcome.error;
      this.#note(`killed after ${kill}`);
      await this.end();
    }
  }

  async #alive(): Promise<Process> {
    this.#process ??= await this.#installation.startProcess();
    return this.#process;
  }

  /** As a worker does: what is transient is tried again, anything else fails the run. */
  async #driveRun({ env }: Process, id: RunId, { by, meanwhile }: SyncStep): Promise<void> {
    await takeOver(env, id);
    let stages = -1;
    const act = () => {
      stages += 1;
      for (const one of meanwhile.filter(({ stage }) => stage === stages)) this.#happen(one.household, one);
    };
    for (let tries = 1; ; tries++) {
      const drives = by === 'two' ? [drive(env, id, act), drive(env, id)] : [drive(env, id, act)];
      const failed = (await Promise.all(drives)).find((end) => end !== null);
      if (failed === undefined) return;
      const { at, error } = failed;
      if (error instanceof TransientError && tries < MOST_TRIES) continue;
      this.#note(`failed at ${at}: ${String(error)}`);
      const lease = await findLease(env.store.db, id);
      if (lease === null || !(error instanceof Error) || !('code' in error)) throw error;
      // failRun asks for nothing that has to do with queues.
      await failRun(env as WorkerEnvironment, { runId: id, token: lease.token, stage: at as 'probe' }, error);
      return;
    }
  }

  async #send({ env }: Process): Promise<void> {
    await driveMailchimp(env, this.connection.id, BATCHES).catch(unlessTransient);
  }

  /** Until nothing is under way any more; what was forgotten becomes old enough to be noticed. */
  async settle(kills: number[] = []): Promise<void> {
    for (let round = 1; ; round++) {
      await this.#seeThrough(kills, (process) => this.#send(process));
      await new Promise(setImmediate); // archives are packed meanwhile
      const open = await this.countUpdates();
      if (open === 0) return;
      if (round > 200) throw new Error(`${open} updates are never settled`);
      this.sandbox.clock.advance(round < 30 ? 30_000 : HOUR_MS);
    }
  }

  /** How many updates are in these states; on their way to Mailchimp if not said. */
  async countUpdates(states: readonly string[] = ['queued', 'submitted']): Promise<number> {
    return await this.store.db.update.count({
      where: { connectionId: this.connection.id, state: { in: [...states] } },
    });
  }

  /** Changes stop, nothing breaks any more, and whatever was under way ends. */
  async quiet(): Promise<void> {
    this.sandbox.faults.clear();
    await this.settle();
    this.sandbox.clock.advance(DAY_MS + MINUTE_MS);
  }

  describe(): string {
    const { audienceId, groupId } = this.connection;
    return describeWorlds(this.sandbox, { listId: audienceId, groupId, interests: this.interests });
  }

  /** Ends the process that is there, if any. */
  async end(): Promise<void> {
    const process = this.#process;
    this.#process = null;
    await process?.end();
  }
}

/** Gives where a drive failed, and why; null where it did not, or where another one has the run. */
async function drive(
  env: Process['env'],
  id: RunId,
  act: () => void = () => undefined,
): Promise<{ readonly at: string; readonly error: unknown } | null> {
  let at = 'probe';
  const before = (stage: string) => {
    at = stage;
    act();
  };
  return await driveRun(env, id, before).then(
    () => null,
    (error: unknown) => (error instanceof LeaseLostError ? null : { at, error }),
  );
}

function unlessTransient(error: unknown): void {
  if (!(error instanceof TransientError)) throw error;
}
