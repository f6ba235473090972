import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { invariant } from '@mcsync/core/domain/invariant';

/** What one guess costs: 32 MiB, three times over (OWASP, "Password Storage Cheat Sheet", scrypt). Kept with every hash, so that it can be raised. */
export interface Cost {
  /** N is two to the power of this. */
  readonly logN: number;
  readonly r: number;
  readonly p: number;
}

const COST: Cost = { logN: 15, r: 8, p: 3 };
const SALT_BYTES = 16;
const KEY_BYTES = 32;
const STORED = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([\w-]+)\$([\w-]+)$/;

/** A password as it may be stored: `$scrypt$ln=15,r=8,p=3$salt$key`, different each time. */
export async function hashPassword(password: string, cost: Cost = COST): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await derive(password, salt, cost);
  const { logN, r, p } = cost;
  return `$scrypt$ln=${logN},r=${r},p=${p}$${salt.toString('base64url')}$${key.toString('base64url')}`;
}

/**
 * Whether this is the password that was hashed. `null`, nobody's hash, takes as long and is never right: an answer's time does not tell which addresses there are.
 */
export async function verifyPassword(password: string, hash: string | null): Promise<boolean> {
  if (hash === null) {
    await derive(password, randomBytes(SALT_BYTES), COST);
    return false;
  }
  const [, logN, r, p, salt, key] = STORED.exec(hash) ?? [];
  invariant(salt !== undefined && key !== undefined, 'a stored password hash is readable');
  const cost = { logN: Number(logN), r: Number(r), p: Number(p) };
  return timingSafeEqual(
    await derive(password, Buffer.from(salt, 'base64url'), cost),
    Buffer.from(key, 'base64url'),
  );
}

function derive(password: string, salt: Buffer, { logN, r, p }: Cost): Promise<Buffer> {
  const N = 2 ** logN;
  // Node.js refuses more than 32 MiB unless told; scrypt takes a little more than 128·N·r bytes.
  const options: ScryptOptions = { N, r, p, maxmem: 256 * N * r };
  // One spelling, however a keyboard composes its accents.
  const secret = password.normalize('NFC');
  return new Promise((resolve, reject) => {
    scrypt(secret, salt, KEY_BYTES, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
