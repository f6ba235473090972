import { expect, test } from 'vitest';
import { InvariantError, invariant, unreachable } from './invariant.ts';

test('what holds passes', () => {
  expect(() => invariant(1 < 2, 'numbers')).not.toThrow();
});

test('a bug of ours fails at once, with its code', () => {
  expect(() => invariant(null, 'a contact')).toThrow(InvariantError);
  expect(() => invariant(0, 'a contact')).toThrow('a contact');
  expect(new InvariantError('x')).toMatchObject({ name: 'InvariantError', code: 'INVARIANT' });
});

test('a value that no case fits is a bug, and an object is not spelt out: it may hold personal data', () => {
  expect(() => unreachable('odd' as never)).toThrow('no case for odd');
  expect(() => unreachable({ address: 'wilma@bedrock.test' } as never)).toThrow('no case for an object');
});
