import { setMaxListeners } from 'node:events';
import { join } from 'node:path';
import type { Logger } from '../log.ts';
import { connectQueue, type QueueStore } from '../queue/connect.ts';
import { openQueues, type Queues } from '../queue/queues.ts';
import type { Settings } from '../settings.ts';
import { bindInstallation, MOVED_MESSAGE } from '../store/bind-installation.ts';
import { openEmbedded } from '../store/embedded.ts';
import { getInstallation } from '../store/installation.ts';
import { applyMigrations } from '../store/migrate.ts';
import { createSecrets, type Secrets } from '../store/secrets.ts';
import { openStore, type Store } from '../store/store.ts';
import { createGateways, type GatewayProvider } from './gateways.ts';
import { loadExtraData } from './load-extra-data.ts';
import type { WorkerEnvironment } from './worker-environment.ts';

/** Everything that a process of ours works with. */
export interface Service {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly queueStore: QueueStore;
  readonly queues: Queues;
  readonly gateways: GatewayProvider;
  readonly environment: WorkerEnvironment;
  /** Where the data is; for whoever needs a connection of its own. */
  readonly databaseUrl: string;
  /** Ends what is under way at its next checkpoint, and requests at once; what was begun is found and mended by whoever works next. */
  abort(): void;
  close(): Promise<void>;
}

const EMBEDDED_DATABASE = 'mcsync';

/**
 * Opens the store (embedded where no DATABASE_URL is set) with all migrations applied, the queue, and the gateways. Any number of processes may do so at once. Rejects
 * with an error that says what to do where something cannot be reached. `now`: the clock by which this process works; milliseconds since 1970.
 */
export async function openService(
  settings: Settings,
  log: Logger,
  now: () => number = Date.now,
): Promise<Service> {
  const database = await openDatabase(settings);
  await applyMigrations(database.url);
  const store = await openStore({ url: database.url });
  if ((await bindInstallation(store, settings.publicUrl)) === 'moved') log.warn(MOVED_MESSAGE);
  const { installationId, boundStore } = await getInstallation(store.db);
  // Run ids are those of our database: on a Redis that several installations share, each has jobs of its own, and so has a copy of one (E27).
  const queueStore = await connectQueue({
    url: settings.queueUrl ?? database.url,
    prefix: `mcsync-${installationId}-${boundStore?.replace('/', '-') ?? 'unbound'}`,
  });
  const queues = await openQueues(queueStore);
  const secrets = createSecrets(settings.appSecret);
  const gateways = createGateways({ store, secrets, installationId, now });
  const extraData = settings.extraDataModule === null ? null : await loadExtraData(settings.extraDataModule);
  const aborting = new AbortController();
  // One signal for all calls of the process, many of them at once.
  setMaxListeners(0, aborting.signal);
  return {
    store,
    secrets,
    queueStore,
    queues,
    gateways,
    environment: { store, queues, gateways, installationId, now, extraData, log, signal: aborting.signal },
    databaseUrl: database.url,
    abort: () => aborting.abort(),
    async close() {
      await queueStore.close();
      aborting.abort();
      await store.close();
      await database.close();
    },
  };
}

async function openDatabase({
  databaseUrl,
  dataDir,
}: Settings): Promise<{ readonly url: string; close(): Promise<void> }> {
  if (databaseUrl !== null) return { url: databaseUrl, close: () => Promise.resolve() };
  return await openEmbedded({ dataDir: join(dataDir, 'postgres'), database: EMBEDDED_DATABASE });
}
