import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { ConnectionId, RunId } from '@mcsync/core/domain/ids';
import { isRunActive } from '@mcsync/core/domain/run';
import { createLog } from '@mcsync/core/log';
import { KEPT } from '@mcsync/core/queue/queues';
import { startRun } from '@mcsync/core/queue/run-control';
import { readSettings } from '@mcsync/core/settings';
import { STEPS } from '@mcsync/core/step-boundary';
import { listRuns } from '@mcsync/core/store/runs';
import { waitForRun } from '@mcsync/core/store/wait-for-run';
import { connectSandbox } from '@mcsync/core/testing/connect-sandbox';
import { describeWorlds } from '@mcsync/core/testing/describe-worlds';
import { openService, type Service } from '@mcsync/core/worker/open-service';
import { Random } from '@mcsync/sandbox/random';
import { type Finding, holdInquest } from './inquest.ts';
import { listOpenings } from './openings.ts';
import { openTown, type Town } from './town.ts';
import { type Build, startVictim, type Victim } from './victim.ts';

export interface StormOptions {
  readonly databaseUrl: string;
  /** Null: the queue is in the same PostgreSQL. */
  readonly queueUrl: string | null;
  readonly kills: number;
  readonly seed: number;
  readonly people: number;
  readonly build: Build;
  /** A step that is not reached within this is not waited for; 10 s if not said. */
  readonly patienceMs?: number;
  readonly tell: (line: string) => void;
}

/** What a storm did, and what was found afterwards. */
export interface StormReport {
  /** How often processes died where; `at a random moment` for those killed from outside. */
  readonly deaths: ReadonlyMap<string, number>;
  /** How many workers were started. */
  readonly started: number;
  readonly acts: number;
  readonly runs: Readonly<Record<string, number>>;
  readonly findings: readonly Finding[];
  readonly tookMs: number;
}

const RANDOM = 'at a random moment';
const PATIENCE_MS = 10_000;
const MOST_TRIES = 4;
/** All workers die after so many rounds, and what they left becomes old. */
const BLACKOUT_EVERY = 5;
const SETTLE_WITHIN_MS = 240_000;

/**
 * Worker processes at work on two living systems, killed one after the other: at every named step boundary in turn, and at random moments. Afterwards everything settles, and it is looked whether
 * all that must hold does.
 */
export async function runStorm(options: StormOptions): Promise<StormReport> {
  const startedAt = Date.now();
  const town = await openTown(options);
  const environment = {
    DATABASE_URL: options.databaseUrl,
    APP_SECRET: randomBytes(32).toString('hex'),
    ...(options.queueUrl !== null && { QUEUE_URL: options.queueUrl }),
    HEALTH_PORT: '0',
    DEAD_AFTER: '2s',
    REPAIR_EVERY: '1s',
    LOG_LEVEL: 'info',
  };
  const service = await openService(readSettings(environment), createLog('silent'));
  const storm = new Storm(options, { town, service, environment, connection: await connect(service, town) });
  try {
    await storm.rage();
    const settled = await storm.settle();
    return {
      deaths: storm.deaths,
      started: storm.started,
      acts: town.acts(),
      runs: await countRuns(service),
      findings: [
        storm.ownDeaths(),
        settled,
        ...(await holdInquest(service, town)),
        await storm.nothingMore(),
      ],
      tookMs: Date.now() - startedAt,
    };
  } finally {
    await storm.end();
    await service.close();
    await town.close();
  }
}

interface Scene {
  readonly town: Town;
  readonly service: Service;
  readonly environment: Readonly<Record<string, string>>;
  readonly connection: ConnectionId;
}

class Storm {
  readonly deaths = new Map<string, number>();
  started = 0;
  readonly #options: StormOptions;
  readonly #scene: Scene;
  readonly #random: Random;
  readonly #victims = new Map<Victim, string | null>();
  readonly #killedByUs = new Set<Victim>();
  readonly #endedByThemselves: string[] = [];
  #plans: string[] = [];
  readonly #missed = new Map<string, number>();
  #killed = 0;

  constructor(options: StormOptions, scene: Scene) {
    this.#options = options;
    this.#scene = scene;
    this.#random = new Random(options.seed);
  }

  async rage(): Promise<void> {
    await this.#firstSync();
    const { town } = this.#scene;
    for (let round = 1; this.#killed < this.#options.kills; round++) {
      // Whoever is still there would pass it first, and unplanned.
      const opening = this.#victims.size === 0 ? await this.#findOpening() : null;
      while (this.#victims.size < 2) this.#start(opening ?? this.#nextPlan());
      await Promise.all([...this.#victims.keys()].map(({ started }) => started));
      for (const system of ['mailchimp', 'civicrm'] as const)
        town.sandbox.faults.setLatency(system, this.#random.int(0, 40));
      if (this.#random.chance(0.1))
        town.sandbox.faults.inject({ system: 'mailchimp', kind: 'stuck-batch', times: 1 });
      town.live();
      await this.#ask(this.#random.chance(0.1) ? 'full' : 'incremental');
      await this.#oneDies();
      if (round % BLACKOUT_EVERY === 0) await this.#blackOut();
      if (round % 10 === 0) this.#options.tell(`${this.#killed} kills, ${town.acts()} acts`);
    }
    await this.#blackOut();
  }

  /** The first sync waits for approval, and who approves it dies before a job knows of it. */
  async #firstSync(): Promise<void> {
    const { service, connection, environment } = this.#scene;
    this.#start(null);
    await this.#ask('full');
    const run = await this.#newestRun(({ state }) => state === 'held');
    const approver = startVictim('cli', {
      build: this.#options.build,
      environment,
      killAt: 'approval-recorded',
      args: ['approve', String(run)],
    });
    await this.#bury(approver, 'approval-recorded');
    await waitForRun(service.store, run, { until: 'run', signal: AbortSignal.timeout(SETTLE_WITHIN_MS) });
    this.#options.tell(`connection ${connection}: first sync approved and applied`);
  }

  async #newestRun(fits: (run: { readonly state: string }) => boolean): Promise<RunId> {
    const { store } = this.#scene.service;
    const until = Date.now() + SETTLE_WITHIN_MS;
    for (;;) {
      const [run] = await listRuns(store.db, this.#scene.connection, 1);
      if (run !== undefined && fits(run)) return run.id;
      if (Date.now() > until) throw new Error(`The run is ${run?.state ?? 'not there'}`);
      await delay(100);
    }
  }

  /** As the schedule does: the run is made by a worker, which may die of it. */
  async #ask(kind: 'incremental' | 'full'): Promise<void> {
    const { service, connection } = this.#scene;
    await service.queues.schedule.add(kind, { kind, connectionId: connection }, KEPT);
  }

  /** Every step in turn, in a random order and the first or a later time that it is passed; every fifth is a random moment. */
  #nextPlan(): string | null {
    if (this.#plans.length === 0) this.#plans = this.#random.shuffle(STEPS).slice();
    if (this.#random.chance(1 / 5)) return null;
    const step = this.#plans.pop() ?? 'run-recorded';
    return `${step}#${this.#missed.has(step) ? 1 : this.#random.pick([1, 1, 2])}`;
  }

  /** A step that was not reached is the next one's, a few times. */
  #planAgain(killAt: string): void {
    const step = killAt.split('#')[0] ?? '';
    const missed = (this.#missed.get(step) ?? 0) + 1;
    this.#missed.set(step, missed);
    if (missed % MOST_TRIES !== 0) this.#plans.push(step);
  }

  /** A step of those that are seldom passed which would be passed now; each is waited for twice. */
  async #findOpening(): Promise<string | null> {
    const open = await listOpenings(this.#scene.service.store.db);
    const step = open.find((one) => (this.deaths.get(one) ?? 0) < 2);
    return step === undefined ? null : `${step}#1`;
  }

  #start(killAt: string | null): void {
    const { environment } = this.#scene;
    this.started += 1;
    this.#victims.set(startVictim('worker', { build: this.#options.build, environment, killAt }), killAt);
  }

  /** Waits for one to die by itself; where none does in time, or at a random moment where that is its plan, one is killed. */
  async #oneDies(): Promise<void> {
    const victims = [...this.#victims.keys()];
    const isRandom = [...this.#victims.values()].includes(null);
    const { patienceMs: longestMs = PATIENCE_MS } = this.#options;
    const patienceMs = isRandom ? this.#random.int(50, 3000) : longestMs;
    await Promise.race([...victims.map(({ ended }) => ended), delay(patienceMs)]);
    const chosen = victims.find((victim) => this.#victims.get(victim) === null) ?? this.#random.pick(victims);
    if (!victims.some((victim) => victim.hasEnded())) this.#kill(chosen);
    await Promise.race(victims.map(({ ended }) => ended));
    for (const victim of victims)
      if (victim.hasEnded()) await this.#bury(victim, this.#victims.get(victim) ?? null);
    const opening = await this.#findOpening();
    // Its jobs were never made: whoever comes next takes it up.
    if (opening === 'run-taken-over#1') await this.#allDie();
    // Nobody knows yet that Mailchimp has it: when it has waited long enough, whoever comes next finds it there.
    if (opening === 'batch-adopted#1') await this.#blackOut();
  }

  #kill(victim: Victim): void {
    this.#killedByUs.add(victim);
    victim.signal('SIGKILL');
  }

  async #bury(victim: Victim, killAt: string | null): Promise<void> {
    const isOurs = this.#killedByUs.has(victim);
    const { code, signal } = await victim.ended;
    this.#victims.delete(victim);
    if (signal !== 'SIGKILL') {
      this.#endedByThemselves.push(
        `${victim.name} ended with ${code ?? signal}:\n${victim.lines().join('\n')}`,
      );
      return;
    }
    this.#killed += 1;
    if (killAt !== null && isOurs) this.#planAgain(killAt);
    const where = killAt !== null && !isOurs ? (killAt.split('#')[0] ?? RANDOM) : RANDOM;
    this.deaths.set(where, (this.deaths.get(where) ?? 0) + 1);
  }

  async #allDie(): Promise<void> {
    for (const victim of [...this.#victims.keys()]) {
      this.#kill(victim);
      await victim.ended;
      await this.#bury(victim, this.#victims.get(victim) ?? null);
    }
  }

  /** Nobody is left, and hours pass: what was under way is old now. */
  async #blackOut(): Promise<void> {
    await this.#allDie();
    await delay(200); // what they had sent still arrives
    await this.#letTimePass(this.#random.chance(0.3) ? '25 hours' : '11 minutes');
  }

  /** Rows that wait for a moment to come are made older; nobody is there who could be surprised. */
  async #letTimePass(howLong: string): Promise<void> {
    const { db } = this.#scene.service.store;
    await db.$executeRaw`UPDATE updates SET submitted_at = submitted_at - ${howLong}::interval, not_before = not_before - ${howLong}::interval
      WHERE state IN ('queued', 'submitted')`;
    await db.$executeRaw`UPDATE batches SET claimed_at = claimed_at - ${howLong}::interval, next_poll_at = next_poll_at - ${howLong}::interval
      WHERE state IN ('claimed', 'submitted')`;
    await db.$executeRaw`UPDATE call_slots SET held_until = held_until - ${howLong}::interval`;
    await db.$executeRaw`UPDATE address_claims SET held_until = held_until - ${howLong}::interval`;
  }

  /** Nobody acts and nobody dies any more: whatever is under way ends, and two more syncs find all that happened meanwhile. */
  async settle(): Promise<Finding> {
    const { town, service } = this.#scene;
    for (const system of ['mailchimp', 'civicrm'] as const) town.sandbox.faults.setLatency(system, 0);
    town.sandbox.faults.clear();
    await this.#letTimePass('25 hours');
    this.#start(null);
    const violations: string[] = [];
    const until = Date.now() + SETTLE_WITHIN_MS;
    try {
      await this.#allRest(until);
      for (const mode of ['incremental', 'full', 'incremental'] as const) await this.#sync(mode);
      await this.#allRest(until);
    } catch (error) {
      violations.push(String(error));
    }
    const failed = await service.store.db.run.count({ where: { state: 'failed' } });
    this.#options.tell(`settled; ${failed} runs had failed on the way`);
    return { invariant: 'everything settles', looked: 3, violations };
  }

  async #sync(mode: 'incremental' | 'full'): Promise<string> {
    const { service, connection } = this.#scene;
    await delay(2100); // Mailchimp's dates are whole seconds
    const asked = { connectionId: connection, mode, purpose: 'sync', requestedBy: 'chaos' } as const;
    const started = await startRun(service.store, service.queues, asked);
    if (started.kind === 'busy') throw new Error(`run ${started.holder} holds the connection`);
    const run = await waitForRun(service.store, started.runId, {
      until: 'updates',
      signal: AbortSignal.timeout(SETTLE_WITHIN_MS),
    });
    if (run.state !== 'done') throw new Error(`run ${run.id} is ${run.state}: ${run.error?.message ?? ''}`);
    return JSON.stringify(run.plan);
  }

  async #allRest(until: number): Promise<void> {
    const { db } = this.#scene.service.store;
    for (;;) {
      const runs = await listRuns(db, this.#scene.connection, 3);
      const updates = await db.update.count({ where: { state: { in: ['queued', 'submitted'] } } });
      const batches = await db.batch.count({ where: { state: { in: ['claimed', 'submitted'] } } });
      if (updates + batches === 0 && !runs.some(({ state }) => isRunActive(state))) return;
      if (Date.now() > until)
        throw new Error(
          `${updates} updates, ${batches} batches and runs ${runs.map(({ state }) => state)} do not end`,
        );
      await delay(250);
    }
  }

  /** A further sync, of what changed and of everything, writes nothing to either side. */
  async nothingMore(): Promise<Finding> {
    const { town } = this.#scene;
    const violations: string[] = [];
    for (const mode of ['incremental', 'full'] as const) {
      const before = describeWorlds(town.sandbox, town.place);
      const plan = await this.#sync(mode).catch(String);
      if (plan !== '[]') violations.push(`a further ${mode} sync plans ${plan}`);
      if (describeWorlds(town.sandbox, town.place) !== before)
        violations.push(`a further ${mode} sync wrote something`);
    }
    return { invariant: 'a further sync writes nothing', looked: 2, violations };
  }

  /** A worker dies when it is killed, and never by itself. */
  ownDeaths(): Finding {
    return {
      invariant: 'no process ended but by being killed',
      looked: this.#killed,
      violations: this.#endedByThemselves,
    };
  }

  async end(): Promise<void> {
    for (const victim of this.#victims.keys()) victim.signal('SIGKILL');
    await Promise.all([...this.#victims.keys()].map(({ ended }) => ended));
  }
}

async function connect(service: Service, { sandbox, place }: Town): Promise<ConnectionId> {
  const limits = ['removed-at-mailchimp', 'removed-in-civicrm', 'subscribed', 'asked', 'created'];
  const policies = limits.map((name) => `limits.${name}=none`);
  return (await connectSandbox(service, sandbox, { ...place, policies })).id;
}

async function countRuns({ store }: Service): Promise<Readonly<Record<string, number>>> {
  const rows = await store.db.run.groupBy({ by: ['state'], _count: { _all: true } });
  return Object.fromEntries(rows.map(({ state, _count }) => [state, _count._all]));
}
