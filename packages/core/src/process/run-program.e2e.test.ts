import { expect, test } from 'vitest';
import { startProgram } from '../../testing/start-program.ts';

const PROGRAM = new URL('../../testing/told-program.ts', import.meta.url);
const start = (kind: string, channel: 'none' | 'ipc' = 'none') =>
  startProgram(PROGRAM, {}, { args: [kind], channel });

test.each(['SIGTERM', 'SIGINT'] as const)('%s lets it finish and end by itself with 0', async (signal) => {
  const program = start('well');
  await program.line('started');
  program.signal(signal);
  expect(await program.exited).toBe(0);
  expect(program.lines().filter((line) => line.startsWith('st'))).toEqual(['started', 'stopping', 'stopped']);
});

test('a second signal ends it at once, with 1', async () => {
  const program = start('slowly');
  await program.line('started');
  program.signal('SIGINT');
  await program.line('stopping');
  program.signal('SIGINT');
  expect(await program.exited).toBe(1);
  expect(program.lines()).not.toContain('stopped');
});

test('the end of the channel to whoever started it is as good as a signal', async () => {
  const program = start('well', 'ipc');
  await program.line('started');
  program.disconnect();
  expect(await program.exited).toBe(0);
  expect(program.lines()).toContain('stopped');
});

test('a signal after the end of the channel does not cut short what is being finished', async () => {
  const program = start('slowly', 'ipc');
  await program.line('started');
  program.disconnect();
  await program.line('stopping');
  program.signal('SIGTERM');
  await program.line('SIGTERM came');
  program.signal('SIGUSR2');
  expect(await program.exited).toBe(0);
  expect(program.lines()).toContain('stopped');
});

test('what is set up wrongly is said in full, and ends with 2', async () => {
  const program = start('badly-set-up');
  expect(await program.exited).toBe(2);
  expect(program.lines()).toEqual(['One problem.', 'Another problem.']);
});

test('what cannot be reached is said in one sentence, and ends with 1', async () => {
  const program = start('badly');
  expect(await program.exited).toBe(1);
  expect(program.lines()).toEqual(['The database could not be reached.']);
});

test('a bug is shown with where it is, and ends with 1', async () => {
  const program = start('by-mistake');
  expect(await program.exited).toBe(1);
  expect(program.lines().join('\n')).toMatch(/Error: a bug\n\s+at .*told-program/);
});
