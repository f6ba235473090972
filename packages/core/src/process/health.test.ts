import { expect, test } from 'vitest';
import { checkHealth } from './health.ts';

const answers = () => Promise.resolve('fine');
const fails = () => Promise.reject(new Error('postgresql://user:secret@host does not answer'));
const hangs = () => new Promise(() => undefined);

test('all is well where everything answers', async () => {
  expect(await checkHealth({ database: answers, queue: answers })).toEqual({
    status: 'ok',
    checks: { database: 'ok', queue: 'ok' },
  });
});

test.each([
  ['fails', fails],
  ['does not answer in time', hangs],
])('what %s is named, and nothing else is told', async (_, probe) => {
  expect(await checkHealth({ database: answers, queue: probe }, 5)).toEqual({
    status: 'failing',
    checks: { database: 'ok', queue: 'failing' },
  });
});
