import { expect, test } from 'vitest';
import { InvariantError, invariant } from './invariant.ts';

test('what holds passes', () => {
  expect(() => invariant(1 < 2, 'numbers')).not.toThrow();
});

test('a bug of ours fails at once, with its code', () => {
  expect(() => invariant(null, 'a contact')).toThrow(InvariantError);
  expect(() => invariant(0, 'a contact')).toThrow('a contact');
  expect(new InvariantError('x')).toMatchObject({ name: 'InvariantError', code: 'INVARIANT' });
});
