import { randomBytes } from 'node:crypto';
import type { Sandbox } from '@mcsync/sandbox/sandbox';
import { type Charity, populateCharity } from '@mcsync/sandbox/scenario';
import { type SandboxOptions, startSandbox } from '@mcsync/sandbox/start-sandbox';
import { onTestFinished } from 'vitest';
import { SyncError, UsageError } from '../src/errors/sync-error.ts';
import type { SetupContext } from '../src/setup/setup-context.ts';
import { createSecrets } from '../src/store/secrets.ts';
import { openStore } from '../src/store/store.ts';
import { describeDatabase } from './describe-database.ts';
import { createTestDatabase } from './test-database.ts';

/** A sandbox with a small charity, and an empty installation to set up against it. Gone when the test ends. */
export interface TestSetup {
  readonly sandbox: Sandbox;
  readonly charity: Charity;
  readonly ctx: SetupContext;
}

export async function startTestSetup(options: SandboxOptions = {}): Promise<TestSetup> {
  const sandbox = await startSandbox(options);
  const charity = populateCharity(sandbox, { people: 40 });
  const database = await createTestDatabase();
  const store = await openStore({ url: database.url, connections: 3 });
  onTestFinished(async () => {
    await store.close();
    await sandbox.close();
    await database.drop();
  });
  const secrets = createSecrets(randomBytes(32).toString('hex'));
  return { sandbox, charity, ctx: { store, secrets, signal: new AbortController().signal } };
}

/** What a refusal says. */
export interface Refusal {
  readonly name: string;
  readonly code: string;
  readonly problems: readonly string[];
}

/** How something is refused; fails the test where it is not, or where anything was stored meanwhile. */
export async function refusalOf({ store }: SetupContext, work: () => Promise<unknown>): Promise<Refusal> {
  const before = await describeDatabase(store.db);
  const error: unknown = await work().then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof SyncError)) throw new Error('It was not refused.', { cause: error });
  const after = await describeDatabase(store.db);
  if (after !== before) throw new Error(`Something was stored:\n${before}\n${after}`);
  const problems = error instanceof UsageError ? error.problems : [error.message];
  return { name: error.name, code: error.code, problems };
}
