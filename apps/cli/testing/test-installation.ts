import { randomBytes } from 'node:crypto';
import { bindInstallation } from '@mcsync/core/store/bind-installation';
import { openStore } from '@mcsync/core/store/store';
import { describeDatabase } from '@mcsync/core/testing/describe-database';
import { createTestDatabase } from '@mcsync/core/testing/test-database';
import type { Sandbox } from '@mcsync/sandbox/sandbox';
import { type Charity, populateCharity } from '@mcsync/sandbox/scenario';
import { startSandbox } from '@mcsync/sandbox/start-sandbox';
import { onTestFinished } from 'vitest';
import type { CliResult } from './run-cli.ts';
import { runInProcess } from './run-in-process.ts';

/** An empty installation beside a sandbox with a charity, to be used by command lines. Gone when the test ends. */
export interface TestInstallation {
  readonly sandbox: Sandbox;
  readonly charity: Charity;
  readonly environment: Readonly<Record<string, string>>;
  /** Runs one command line. */
  mcsync(...args: readonly string[]): Promise<CliResult>;
  /** The same with `--json`: standard output as the one document that it must be. */
  json(...args: readonly string[]): Promise<Omit<CliResult, 'stdout'> & { readonly document: unknown }>;
  /** Everything that the database holds, as text. */
  contents(): Promise<string>;
  /** Adds account and site, and a connection between the charity's audience and group: 1, 1 and 1. */
  connect(...more: readonly string[]): Promise<void>;
}

export async function createInstallation(people = 60): Promise<TestInstallation> {
  const sandbox = await startSandbox();
  const charity = populateCharity(sandbox, { people });
  const database = await createTestDatabase();
  const store = await openStore({ url: database.url, connections: 2 });
  onTestFinished(async () => {
    await store.close();
    await sandbox.close();
    await database.drop();
  });
  // Made by whoever opens the store first, which is no command's doing.
  await bindInstallation(store, null);
  const environment = {
    DATABASE_URL: database.url,
    APP_SECRET: randomBytes(32).toString('hex'),
    LOG_LEVEL: 'silent',
  };
  const installation: TestInstallation = {
    ...{ sandbox, charity, environment },
    mcsync: (...args) => runInProcess(args, { environment }),
    async json(...args) {
      const { stdout, ...result } = await runInProcess([...args, '--json'], { environment });
      return { ...result, document: JSON.parse(stdout) };
    },
    contents: () => describeDatabase(store.db),
    async connect(...more) {
      const { mailchimp, civicrm } = sandbox;
      await succeed(installation, [
        ...['account', 'add', '--api-key', mailchimp.apiKey, '--base-url', mailchimp.baseUrl],
      ]);
      await succeed(installation, ['site', 'add', '--url', civicrm.url, '--api-key', civicrm.apiKey]);
      await succeed(installation, ['connection', 'add', ...placeOf(charity), ...more]);
    },
  };
  return installation;
}

/** How a connection of the charity is asked for. */
export const placeOf = ({ listId, groupId }: Charity): readonly string[] => [
  ...['--account', '1', '--site', '1', '--audience', listId, '--group', String(groupId)],
];

async function succeed({ mcsync }: TestInstallation, args: readonly string[]): Promise<void> {
  const { exitCode, stderr } = await mcsync(...args);
  if (exitCode !== 0) throw new Error(`mcsync ${args.join(' ')} failed: ${stderr}`);
}
