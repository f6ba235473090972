import { randomBytes } from 'node:crypto';
import { createLog, type Logger } from '@mcsync/core/log';
import { listen } from '@mcsync/core/process/listen';
import { recordAdministrator } from '@mcsync/core/store/administrators';
import { createSecrets } from '@mcsync/core/store/secrets';
import { onTestFinished } from 'vitest';
import { createApp } from '../src/app.ts';
import type { Dependencies } from '../src/dependencies.ts';
import { createFirstVisit, type FirstVisit } from '../src/first-visit.ts';
import { hashPassword } from '../src/password.ts';

/** Who may sign in where a test does not say. */
export const WILMA = { email: 'wilma@example.org', password: 'correct horse battery' };

/** Once for all tests of a file: hashing is slow on purpose. */
const wilmasHash = hashPassword(WILMA.password);

/** The dashboard of a service, listening until the test ends. */
export interface TestDashboard {
  readonly url: string;
  readonly firstVisit: FirstVisit;
}

export interface TestDashboardOptions {
  /** Who is let in: Wilma, unless nobody is added to those who are there. */
  readonly administrator?: 'wilma' | 'none';
  readonly publicUrl?: string;
  readonly appSecret?: string;
  readonly log?: Logger;
}

export async function startDashboard(
  {
    store,
    queues,
    ...given
  }: Pick<Dependencies, 'store' | 'queues'> & Partial<Pick<Dependencies, 'secrets'>>,
  options: TestDashboardOptions = {},
): Promise<TestDashboard> {
  const log = options.log ?? createLog('silent');
  const { administrator = 'wilma', publicUrl = null } = options;
  if (administrator === 'wilma')
    await recordAdministrator(store.db, { email: WILMA.email, passwordHash: await wilmasHash });
  // All tests of a file come from one place: what one has failed at does not count against the next.
  await store.db.signInTry.deleteMany();
  const firstVisit = createFirstVisit();
  const appSecret = options.appSecret ?? randomBytes(32).toString('hex');
  // Those of the service, where it has opened keys to be read.
  const secrets = given.secrets ?? createSecrets(appSecret);
  const ending = new AbortController();
  const { signal } = ending;
  const app = createApp({ store, secrets, signal, queues, appSecret, publicUrl, firstVisit, log });
  const server = await listen(app, { host: '127.0.0.1', port: 0, variable: 'PORT' });
  onTestFinished(async () => {
    ending.abort();
    await server.close();
  });
  return { url: server.url, firstVisit };
}
