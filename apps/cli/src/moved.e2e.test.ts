import { expect, test } from 'vitest';
import { runInProcess } from '../testing/run-in-process.ts';
import { createInstallation } from '../testing/test-installation.ts';

test('E27: an installation that is found under another PUBLIC_URL starts with every connection paused, and says why', async () => {
  const { environment, connect, mcsync } = await createInstallation();
  await connect();
  const at = (url: string, ...args: readonly string[]) =>
    runInProcess(args, { environment: { ...environment, PUBLIC_URL: url } });
  expect((await at('https://sync.example.org', 'connection', 'list')).stdout).toContain('active');
  const moved = await at('https://copy.example.org', 'connection', 'list');
  expect(moved.stdout).toContain('paused: This database is not where it was');
  expect(await at('https://copy.example.org', 'sync', '1', '--inline')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('is paused'),
  });
  expect((await mcsync('connection', 'resume', '1')).exitCode).toBe(0);
  expect((await at('https://copy.example.org', 'connection', 'list')).stdout).toContain('active');
});
