import { expect, onTestFinished, test } from 'vitest';
import { UsageError } from '../errors/sync-error.ts';
import { listen } from './listen.ts';

const open = async (port: number, host = '127.0.0.1') => {
  const server = await listen((_request, response) => response.end('here'), {
    host,
    port,
    variable: 'HEALTH_PORT',
  });
  onTestFinished(() => server.close());
  return server;
};

test('it answers where it says it does, until it is closed', async () => {
  const server = await open(0);
  expect(await (await fetch(server.url)).text()).toBe('here');
  await server.close();
  await expect(fetch(server.url)).rejects.toThrow('fetch failed');
});

test('a server for every address is reached by a name that can be opened', async () => {
  expect((await open(0, '0.0.0.0')).url).toMatch(/^http:\/\/localhost:\d+$/);
});

test('a port that is taken is said with the setting to change', async () => {
  const { url } = await open(0);
  const port = Number(new URL(url).port);
  const error = await open(port).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(UsageError);
  expect(error).toMatchObject({
    code: 'BAD_SETTINGS',
    problems: [expect.stringContaining('set HEALTH_PORT to a free port')],
  });
});

test('a host that is not ours is a setting to check', async () => {
  const error = await open(0, '192.0.2.1').catch((caught: unknown) => caught);
  expect(error).toMatchObject({
    code: 'BAD_SETTINGS',
    problems: [expect.stringContaining('Check HOST and HEALTH_PORT')],
  });
});
