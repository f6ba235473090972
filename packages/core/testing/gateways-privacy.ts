import { inspect } from 'node:util';
import { expect } from 'vitest';

/** What a promise rejects with. Fails where it does not reject. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it did not reject');
}

/** Looks through an error, all its properties and causes: whatever a log may print of it. */
export function expectToHide(error: unknown, secrets: readonly string[]): void {
  const shown = inspect(error, { depth: null, showHidden: true, maxStringLength: null });
  for (const secret of secrets) {
    expect(shown).not.toContain(secret);
    expect(shown).not.toContain(Buffer.from(secret).toString('base64').slice(0, 20));
  }
}
