import { argon2id, hash, needsRehash, verify } from 'argon2';
import { isScrypt, verifyScrypt } from './password-scrypt.ts';

/** What one guess costs: 19 MiB, twice over (OWASP, "Password Storage Cheat Sheet", argon2id). Kept with every hash, so that it can be raised. */
const COST = { type: argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** One spelling, however a keyboard composes its accents. */
const spell = (password: string): string => password.normalize('NFC');

/** A password as it may be stored: `$argon2id$v=19$m=…$salt$key`, different each time. */
export const hashPassword = (password: string): Promise<string> => hash(spell(password), COST);

/** Of a password that nobody has: made once, when the first stranger knocks. */
let nobodys: Promise<string> | null = null;

/**
 * Whether this is the password that was hashed. `null`, nobody's hash, takes as long and is never right: an answer's time does not tell which addresses there are.
 */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  if (stored !== null && isScrypt(stored)) return await verifyScrypt(spell(password), stored);
  nobodys ??= hashPassword('');
  const isRight = await verify(stored ?? (await nobodys), spell(password));
  return stored !== null && isRight;
}

/** Whether a hash is to be made again from the password, now that it is known: it was made by another function, or cheaper. */
export const isOutdated = (stored: string): boolean => isScrypt(stored) || needsRehash(stored, COST);
