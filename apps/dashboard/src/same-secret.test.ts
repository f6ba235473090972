import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sameSecret } from './same-secret.ts';

test('two secrets are the same if every character is', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (one, other) => {
      expect(sameSecret(one, other)).toBe(one === other);
      expect(sameSecret(one, one)).toBe(true);
      expect(sameSecret(one, `${one} `)).toBe(false);
    }),
  );
});
