import { createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { HOUR_MS } from '@mcsync/core/domain/instant';
import type { Request, Response } from 'express';

/** The one cookie of a browser: a secret that means nothing by itself. Who is signed in with it stands in the database, under its hash. */
export interface BrowserCookie {
  /** Under which a session of this browser is kept; null: it has sent no cookie. */
  readonly sessionId: string | null;
  /** For the forms of a page; sets a cookie where there is none. To be called before the answer begins. */
  formToken(): string;
  /** Gives the browser another secret, so that nobody who knew the one before is in; returns the id of its session. */
  renew(): string;
  /** Makes the browser forget it. */
  forget(): void;
}

export interface CookieSettings {
  readonly appSecret: string;
  readonly publicUrl: string | null;
}

/** A working day; then one signs in again. */
export const SESSION_MS = 12 * HOUR_MS;
const SECRET_BYTES = 32;
const SECRET = /^[\w-]{43}$/;

/** Reads and writes the browser's cookie. */
export function createCookies(
  settings: CookieSettings,
): (request: Request, response: Response) => BrowserCookie {
  const isSecure = settings.publicUrl?.startsWith('https:') ?? false;
  // The prefix has browsers refuse a cookie of this name that was not set by this very host over HTTPS.
  const name = isSecure ? '__Host-mcsync' : 'mcsync';
  const options = { httpOnly: true, sameSite: 'lax', secure: isSecure, path: '/' } as const;
  // Another key than that of the stored API keys: each is of no use for the other.
  const key = Buffer.from(hkdfSync('sha256', settings.appSecret, '', 'mcsync form tokens', 32));
  return (request, response) => {
    let secret = readCookie(request.headers.cookie, name);
    const renew = (): string => {
      secret = randomBytes(SECRET_BYTES).toString('base64url');
      response.cookie(name, secret, { ...options, maxAge: SESSION_MS });
      return secret;
    };
    return {
      get sessionId() {
        return secret === null ? null : hashSecret(secret);
      },
      formToken: () =>
        createHmac('sha256', key)
          .update(secret ?? renew())
          .digest('base64url'),
      renew: () => hashSecret(renew()),
      forget() {
        response.clearCookie(name, options);
        secret = null;
      },
    };
  };
}

function readCookie(header: string | undefined, name: string): string | null {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim());
  const value = pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
  return SECRET.test(value) ? value : null;
}

/** As secrets of ours are kept: long and random, so that one round is enough. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('base64url');
