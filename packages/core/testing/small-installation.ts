import { randomBytes } from 'node:crypto';
import type { Sandbox } from '@mcsync/sandbox/sandbox';
import { startSandbox } from '@mcsync/sandbox/start-sandbox';
import { createLog } from '../src/log.ts';
import type { Connection } from '../src/store/connections.ts';
import { getInstallation } from '../src/store/installation.ts';
import { createSecrets } from '../src/store/secrets.ts';
import { openStore, type Store } from '../src/store/store.ts';
import { createGateways } from '../src/worker/gateways.ts';
import { connectSandbox, type Paired } from './connect-sandbox.ts';
import type { QueuelessEnvironment } from './drive-run.ts';
import { openPowerLine, type PowerLine } from './power-line.ts';
import { createTestDatabase } from './test-database.ts';

/** A sandbox and a database, for all tests of a file, and processes that come and go. Everybody goes by the sandbox's clock. */
export interface SmallInstallation {
  readonly sandbox: Sandbox;
  /** The installation's id. */
  readonly id: string;
  /** Of the test's own: nobody cuts it. */
  readonly store: Store;
  connect(
    place: { readonly listId: string; readonly groupId: number },
    policies: readonly string[],
    paired?: Paired,
  ): Promise<Connection>;
  /** Starts a process without a queue. */
  startProcess(): Promise<Process>;
}

/** A process as far as the outside can tell: what it does to the database goes over its line, and needs it for every call that it makes. */
export interface Process {
  readonly env: QueuelessEnvironment;
  readonly line: PowerLine;
  /** Buries it, whether it was killed or has done its work. */
  end(): Promise<void>;
}

/** To be called in `beforeAll`; what comes back ends it all. */
export async function openSmallInstallation(): Promise<SmallInstallation & { close(): Promise<void> }> {
  const sandbox = await startSandbox();
  const database = await createTestDatabase();
  const secrets = createSecrets(randomBytes(32).toString('hex'));
  const store = await openStore({ url: database.url, connections: 4 });
  const now = () => sandbox.clock.now();
  const { installationId } = await getInstallation(store.db);
  return {
    sandbox,
    id: installationId,
    store,
    connect: (place, policies, paired) =>
      connectSandbox({ store, secrets }, sandbox, { ...place, policies, ...(paired && { paired }) }),
    async startProcess() {
      const line = await openPowerLine(database.url);
      const own = await openStore({ url: line.url(database.url), connections: 6 });
      const aborting = new AbortController();
      const env = {
        store: own,
        gateways: createGateways({ store: own, secrets, installationId, now }),
        installationId,
        now,
        log: createLog('silent'),
        signal: aborting.signal,
      };
      return {
        env,
        line,
        async end() {
          aborting.abort();
          line.cut();
          await own.close().catch(() => undefined); // it says that the line is cut
          await line.close();
          // Calls that it had begun keep their slots until the other end's time limit, which here nobody waits for.
          await store.db.$executeRaw`UPDATE call_slots SET holder = NULL, held_until = NULL`;
        },
      };
    },
    async close() {
      await store.close();
      await sandbox.close();
      await database.drop();
    },
  };
}
