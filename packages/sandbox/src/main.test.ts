import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

function run(args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

async function start(args: readonly string[] = ['--people', '50']) {
  const child = run(args);
  if (child.stdout === null) throw new Error('No standard output');
  const [line] = await once(createInterface(child.stdout), 'line');
  return { child, told: JSON.parse(line) };
}

test('it says in one line of JSON where everything is', { timeout: 20_000 }, async () => {
  const { told } = await start(['--people', '50', '--seed', '3']);
  expect(told).toMatchObject({
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    control: `${told.url}/control`,
    mailchimp: { baseUrl: `${told.url}/mailchimp/3.0`, apiKey: expect.any(String) },
    civicrm: { url: `${told.url}/site`, apiKey: expect.any(String) },
    listId: expect.any(String),
    groupId: expect.any(Number),
    expected: { 'contact-created': expect.any(Number) },
  });
  const state = await fetch(`${told.control}/state`);
  expect(state.status).toBe(200);
});

test('npx mcsync-sandbox starts it as it was compiled, with its pages', { timeout: 20_000 }, async () => {
  const bin = fileURLToPath(new URL('../bin/mcsync-sandbox.js', import.meta.url));
  const child = spawn(process.execPath, [bin, '--people', '50'], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const [line] = await once(createInterface(child.stdout), 'line');
  const { url } = JSON.parse(line);
  expect(await (await fetch(url)).text()).toContain('href="/pages/mailchimp"');
  expect(await (await fetch(`${url}/pages/mailchimp`)).text()).toContain('Newsletter');
});

test.each(['SIGTERM', 'SIGINT'] as const)('it stops on %s', { timeout: 20_000 }, async (signal) => {
  const { child } = await start();
  child.kill(signal);
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('it stops when its standard input ends, as it does when its parent is gone', {
  timeout: 20_000,
}, async () => {
  const { child } = await start();
  child.stdin?.end();
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('a wrong command line is said in words', { timeout: 20_000 }, async () => {
  const child = run(['--people', 'many']);
  const said: Buffer[] = [];
  child.stderr?.on('data', (chunk: Buffer) => said.push(chunk));
  const [code] = await once(child, 'close');
  expect(code).toBe(2);
  expect(Buffer.concat(said).toString()).toContain('--people must be a whole number, not "many"');
});
