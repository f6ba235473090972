import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextPath } from './next-path.ts';

test.each([
  ['/', '/'],
  ['/queues/queue/mcsync-stages?status=failed', '/queues/queue/mcsync-stages?status=failed'],
  ['/a#b', '/a'],
  ['/a/../b', '/b'],
  ['', '/'],
  ['queues', '/'],
  [undefined, '/'],
  [['/a', '/b'], '/'],
  ['//evil.example/', '/'],
  ['/\\evil.example', '/'],
  ['/\t/evil.example', '/'],
  ['/./\\evil.example', '/'],
  ['/.//evil.example', '/'],
  ['/a/..//evil.example', '/'],
  ['https://evil.example/', '/'],
  ['javascript:alert(1)', '/'],
])('%j leads to %s', (asked, expected) => {
  expect(nextPath(asked)).toBe(expected);
});

test('nothing that can be asked for leads away from us', () => {
  const tricky = fc.array(
    fc.constantFrom('/', '\\', '.', '..', '\t', '\n', '@', ':', 'evil.example', '?', '#', '%2f'),
  );
  const asked = fc.oneof(
    fc.string(),
    fc.webUrl(),
    tricky.map((pieces) => `/${pieces.join('')}`),
  );
  fc.assert(
    fc.property(asked, (path) => {
      const base = 'https://sync.example.org/sign-in';
      expect(new URL(nextPath(path), base).origin).toBe('https://sync.example.org');
    }),
    { numRuns: 2000 },
  );
});
