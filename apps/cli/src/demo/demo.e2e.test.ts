import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findHome } from '@mcsync/core/store/embedded-home';
import { findPostmaster } from '@mcsync/core/store/embedded-postmaster';
import { dataDirectory } from '@mcsync/core/store/embedded-server';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startDemo } from '../../testing/run-cli.ts';

test('--once syncs a charity, finds nothing more to do, balances both sides and ends', async () => {
  const dataDir = await makeDataDir();
  const args = ['--once', '--people', '150', '--seed', '7', '--data-dir', dataDir];
  const { stdout, stderr, exitCode } = await startDemo(args).result;
  expect(stderr).toBe('');
  for (const words of [
    'First sync',
    'a first sync always waits for approval',
    'By the demo, as "mcsync approve 1" would',
    'Run 1 is done',
    '✓ 0 changes, 0 writes',
    'nothing is unexplained',
    'Both sides are the same.',
  ])
    expect(stdout).toContain(words);
  expect(stdout).toMatch(/refused +\d+ +(\S.* \d+)( · \S.* \d+)*/);
  expect(stdout).toMatch(/differences +0 /);
  expect(exitCode).toBe(0);
});

test('it takes no argument that it does not know, and starts nothing then', async () => {
  const { stderr, stdout, exitCode } = await startDemo(['--people', 'many']).result;
  expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
  expect(stderr).toContain('It must be a whole number from 1');
});

/** A folder that PostgreSQL's own user may enter, gone with its server when the test ends. */
async function makeDataDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'mcsync-demo-'));
  await chmod(dir, 0o755);
  onTestFinished(async () => {
    const data = dataDirectory(await findHome(join(dir, 'postgres')));
    const server = await findPostmaster(data);
    if (server !== null) process.kill(server.pid, 'SIGINT');
    await vi.waitUntil(async () => (await findPostmaster(data)) === null, { timeout: 20_000 });
    await rm(dir, { recursive: true, force: true });
  });
  return dir;
}
