import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { FaultError } from '../errors/sync-error.ts';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const VERSION = 'v1';

/** Seals keys at rest (AES-256-GCM, key derived from APP_SECRET). */
export interface Secrets {
  /** `context` is bound in: a sealed key cannot be moved to another row's column. */
  seal(plain: string, context: string): string;
  /** Rejects with `FaultError` where APP_SECRET or the context is another one, or the text was tampered with. */
  open(sealed: string, context: string): string;
}

/** `appSecret` is at least 32 bytes (checked with the settings). */
export function createSecrets(appSecret: string): Secrets {
  const key = Buffer.from(hkdfSync('sha256', appSecret, '', 'mcsync sealed keys', 32));
  return {
    seal(plain, context) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(context));
      const sealed = Buffer.concat([
        nonce,
        cipher.update(plain, 'utf8'),
        cipher.final(),
        cipher.getAuthTag(),
      ]);
      return `${VERSION}:${sealed.toString('base64url')}`;
    },
    open(sealed, context) {
      try {
        return openSealed(sealed, context, key);
      } catch (cause) {
        const message =
          'A stored API key cannot be opened. Start with the APP_SECRET that it was stored under, or enter the key again.';
        throw new FaultError('SECRET_UNREADABLE', message, { cause });
      }
    },
  };
}

function openSealed(sealed: string, context: string, key: Buffer): string {
  const [version, text = ''] = sealed.split(':');
  if (version !== VERSION) throw new Error('unknown version of a sealed key');
  const bytes = Buffer.from(text, 'base64url');
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES))
    .setAAD(Buffer.from(context))
    .setAuthTag(bytes.subarray(-TAG_BYTES));
  return decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
}
