import { type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';

const STORED = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([\w-]+)\$([\w-]+)$/;

/** Whether a hash is one of those that were made before argon2id. */
export const isScrypt = (hash: string): boolean => STORED.test(hash);

/** Whether this is the password that was hashed: `$scrypt$ln=15,r=8,p=3$salt$key`. */
export async function verifyScrypt(password: string, hash: string): Promise<boolean> {
  const [, logN, r, p, salt = '', key = ''] = STORED.exec(hash) ?? [];
  const N = 2 ** Number(logN);
  // Node.js refuses more than 32 MiB unless told; scrypt takes a little more than 128·N·r bytes.
  const options: ScryptOptions = { N, r: Number(r), p: Number(p), maxmem: 256 * N * Number(r) };
  const wanted = Buffer.from(key, 'base64url');
  const derived = await new Promise<Buffer>((resolve, reject) => {
    scrypt(password, Buffer.from(salt, 'base64url'), wanted.length, options, (error, made) =>
      error ? reject(error) : resolve(made),
    );
  });
  return timingSafeEqual(derived, wanted);
}
