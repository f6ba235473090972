import { afterAll, beforeAll } from 'vitest';
import { audienceId, groupId } from '../src/domain/ids.ts';
import { invariant } from '../src/domain/invariant.ts';
import { DEFAULT_POLICIES } from '../src/domain/policies.ts';
import { type Connection, recordConnection } from '../src/store/connections.ts';
import type { Db } from '../src/store/db.ts';
import type { LeaseHold } from '../src/store/leases.ts';
import { type Run, type RunRequest, recordRun } from '../src/store/runs.ts';
import { createSecrets } from '../src/store/secrets.ts';
import { recordAccount, recordSite } from '../src/store/sites.ts';
import { openStore, type Store } from '../src/store/store.ts';
import { createTestDatabase } from './test-database.ts';

/** A store on a database of its own, for all tests of a file. */
export interface TestStore {
  store(): Store;
  url(): string;
  /** A second process on the same database: closed by the test. */
  openAnother(): Promise<Store>;
  /** A connection with an account and a site of its own. */
  connect(): Promise<Connection>;
  /** A run that plans, and holds the lease. */
  startRun(connection: Connection, asked?: Partial<RunRequest>): Promise<Started>;
}

export interface Started {
  readonly run: Run;
  readonly lease: LeaseHold;
}

/** To be called at the top of a file. */
export function useTestStore(): TestStore {
  const database = lazy(createTestDatabase);
  const opened = lazy(async () => await openStore({ url: (await database.get()).url }));
  let store: Store | null = null;
  let url = '';
  let made = 0;
  beforeAll(async () => {
    store = await opened.get();
    url = (await database.get()).url;
  });
  afterAll(async () => {
    await store?.close();
    await (await database.get()).drop();
  });
  const get = (): Store => {
    invariant(store !== null, 'the store opens before the first test');
    return store;
  };
  return {
    store: get,
    url: () => url,
    openAnother: () => openStore({ url }),
    async connect() {
      made += 1;
      return await recordPlace(get().db, made);
    },
    async startRun({ id }, asked = {}) {
      const started = await recordRun(get(), { ...PLAIN_RUN, ...asked, connectionId: id });
      invariant(started.kind === 'started', 'nobody else holds the connection');
      return started;
    },
  };
}

const PLAIN_RUN = {
  mode: 'incremental',
  purpose: 'sync',
  requestedBy: 'test',
  approval: 'none',
  onlyAddresses: [],
  stopBefore: null,
  deadlineAt: null,
  since: null,
} as const;

async function recordPlace(db: Db, number: number): Promise<Connection> {
  const secrets = createSecrets('x'.repeat(32));
  const accountId = await recordAccount(db, secrets, {
    name: 'Account',
    baseUrl: 'http://127.0.0.1:1/3.0',
    apiKey: 'key-us1',
    mailchimpAccountId: `account-${number}`,
  });
  const siteId = await recordSite(db, secrets, {
    name: 'Site',
    url: `http://127.0.0.1:1/${number}`,
    apiKey: 'key',
    version: null,
  });
  return await recordConnection(db, {
    accountId,
    siteId,
    audienceId: audienceId(`audience-${number}`),
    audienceName: 'Newsletter',
    groupId: groupId(number),
    groupTitle: 'Newsletter',
    policies: DEFAULT_POLICIES,
    interests: [],
    mappings: [],
  });
}

/** Made when it is first wanted, and once. */
function lazy<Made>(make: () => Promise<Made>): { get(): Promise<Made> } {
  let made: Promise<Made> | null = null;
  return {
    get() {
      made ??= make();
      return made;
    },
  };
}
