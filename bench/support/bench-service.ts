import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { MAILCHIMP_OVERLAP_MS } from '@mcsync/core/decide/clock';
import { audienceId, type ConnectionId, groupId } from '@mcsync/core/domain/ids';
import { DEFAULT_MAPPINGS } from '@mcsync/core/domain/pairings';
import { DEFAULT_POLICIES } from '@mcsync/core/domain/policies';
import { createLog } from '@mcsync/core/log';
import { type Asked, startRun } from '@mcsync/core/queue/run-control';
import { readSettings } from '@mcsync/core/settings';
import { recordConnection } from '@mcsync/core/store/connections';
import { type RunReport, reportRun } from '@mcsync/core/store/run-report';
import { recordAccount, recordSite } from '@mcsync/core/store/sites';
import { waitForRun } from '@mcsync/core/store/wait-for-run';
import { openService, type Service } from '@mcsync/core/worker/open-service';

/** A sandbox and a worker in processes of their own on an embedded PostgreSQL, as `npm start` has it; this process only asks and waits. */
export interface BenchService {
  readonly service: Service;
  readonly sandbox: SandboxProcess;
  /** The worker's largest memory so far, in MB; 0 where the system does not tell. */
  peakMegabytes(): number;
  /** Starts a run and waits for it and its updates. */
  sync(asked?: Partial<Asked>): Promise<RunReport>;
  /** As if the overlap of the windows had passed since the last run: what it wrote is not read again. */
  passOverlap(): Promise<void>;
  close(): Promise<void>;
}

interface SandboxProcess {
  readonly control: string;
  readonly mailchimp: { readonly baseUrl: string; readonly apiKey: string };
  readonly civicrm: { readonly url: string; readonly apiKey: string };
  readonly listId: string;
  readonly groupId: number;
  readonly interests: readonly { readonly interestId: string; readonly groupId: number }[];
  stop(): Promise<void>;
}

export async function startBenchService({ people }: { people: number }): Promise<BenchService> {
  process.stdout.write(`\nPreparing a sandbox of ${people.toLocaleString('en-GB')} people…\n`);
  const sandbox = await startSandboxProcess(people);
  const dataDir = await mkdtemp(join(tmpdir(), 'mcsync-bench-'));
  const settings = readSettings({
    DATA_DIR: dataDir,
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'error',
    // A server of one's own, to look into; empty and thrown away by whoever gives it.
    ...(process.env['BENCH_DATABASE_URL'] && {
      DATABASE_URL: process.env['BENCH_DATABASE_URL'],
      APP_SECRET: randomBytes(32).toString('hex'),
    }),
  });
  const service = await openService(settings, createLog(settings.logLevel));
  const connection = await connect(service, sandbox);
  const worker = await startWorkerProcess(service.databaseUrl, settings.appSecret);
  return {
    service,
    sandbox,
    async sync(asked = {}) {
      const request = {
        connectionId: connection,
        mode: 'incremental',
        purpose: 'sync',
        requestedBy: 'bench',
        ...asked,
      } as const;
      const started = await startRun(service.store, service.queues, request);
      if (started.kind === 'busy') throw new Error('another run holds the connection');
      await waitForRun(service.store, started.runId, {
        until: 'updates',
        signal: new AbortController().signal,
      });
      return await reportRun(service.store.db, started.runId);
    },
    peakMegabytes: worker.peakMegabytes,
    async passOverlap() {
      const later = new Date(Date.now() + MAILCHIMP_OVERLAP_MS);
      const data = { mailchimpWatermark: later, contactWatermark: later };
      await service.store.db.connection.update({ where: { id: connection }, data });
    },
    async close() {
      await worker.stop();
      await service.close();
      await sandbox.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function startSandboxProcess(people: number): Promise<SandboxProcess> {
  const program = join(import.meta.dirname, '../../packages/sandbox/dist/main.js');
  const child = spawn(process.execPath, [program, '--people', String(people)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return {
    ...JSON.parse(line),
    async stop() {
      const exited = once(child, 'exit');
      child.stdin.end();
      await exited;
    },
  };
}

async function startWorkerProcess(databaseUrl: string, appSecret: string) {
  const program = join(import.meta.dirname, '../../apps/worker/dist/main.js');
  const env = {
    ...process.env,
    DATABASE_URL: databaseUrl,
    APP_SECRET: appSecret,
    HEALTH_PORT: '0',
    LOG_LEVEL: 'error',
  };
  const child = spawn(process.execPath, [...WORKER_OPTIONS, program], {
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return {
    peakMegabytes: () => peakOf(child.pid),
    async stop() {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** As scripts/start.mjs starts it. */
const WORKER_OPTIONS = ['--max-old-space-size=256'];

function peakOf(pid: number | undefined): number {
  const file = `/proc/${pid}/status`;
  if (!existsSync(file)) return 0;
  const kilobytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync(file, 'utf8'))?.[1];
  return Number(kilobytes ?? 0) / 1024;
}

async function connect(
  { store, secrets, gateways }: Service,
  sandbox: SandboxProcess,
): Promise<ConnectionId> {
  const { reader } = gateways.mailchimp(sandbox.mailchimp);
  const { accountId: mailchimpAccountId, name } = await reader.fetchAccount(new AbortController().signal);
  const accountId = await recordAccount(store.db, secrets, {
    ...sandbox.mailchimp,
    mailchimpAccountId,
    name,
  });
  const siteId = await recordSite(store.db, secrets, { ...sandbox.civicrm, name: 'Sandbox', version: null });
  const { id } = await recordConnection(store.db, {
    accountId,
    siteId,
    audienceId: audienceId(sandbox.listId),
    audienceName: 'Newsletter',
    groupId: groupId(sandbox.groupId),
    groupTitle: 'Newsletter',
    policies: DEFAULT_POLICIES,
    interests: sandbox.interests,
    mappings: DEFAULT_MAPPINGS,
  });
  return id;
}

/** How long a stage took, in seconds. */
export async function stageSeconds({ store }: Service, runId: number, stage: string): Promise<number> {
  const { startedAt, finishedAt } = await store.db.runStage.findUniqueOrThrow({
    where: { runId_stage: { runId, stage } },
  });
  return ((finishedAt?.getTime() ?? 0) - (startedAt?.getTime() ?? 0)) / 1000;
}
