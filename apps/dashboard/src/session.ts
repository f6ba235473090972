import { hkdfSync, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { getIronSession, type IronSession } from 'iron-session';

/** What the cookie carries, sealed: a browser can neither read nor change it. */
export interface SessionData {
  /** Repeated by every form of ours: who cannot read our pages cannot send one. */
  formToken?: string;
  /** Who is signed in. */
  administratorId?: number;
  /** The administrator's `sessionsValidFrom` at sign-in, in milliseconds: void once it is another. */
  validFrom?: number;
}

export type Session = IronSession<SessionData>;

export interface SessionSettings {
  readonly appSecret: string;
  readonly publicUrl: string | null;
}

/** A working day; then one signs in again. */
const LASTS_SECONDS = 12 * 60 * 60;

/** Opens the session that a request carries; empty where there is none, or it is void. */
export function createSessions(
  settings: SessionSettings,
): (request: IncomingMessage, response: ServerResponse) => Promise<Session> {
  const isSecure = settings.publicUrl?.startsWith('https:') ?? false;
  const options = {
    // The prefix has browsers refuse a cookie of this name that was not set by this very host over HTTPS.
    cookieName: isSecure ? '__Host-mcsync' : 'mcsync',
    // Another key than that of the stored API keys: each is of no use for the other.
    password: Buffer.from(hkdfSync('sha256', settings.appSecret, '', 'mcsync sessions', 32)).toString(
      'base64url',
    ),
    ttl: LASTS_SECONDS,
    cookieOptions: { httpOnly: true, sameSite: 'lax', secure: isSecure, path: '/' },
  } as const;
  return (request, response) => getIronSession<SessionData>(request, response, options);
}

export const newFormToken = (): string => randomBytes(24).toString('base64url');
