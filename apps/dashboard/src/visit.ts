import type { Administrator } from '@mcsync/core/store/administrators';
import { findSignedIn, recordSession } from '@mcsync/core/store/sessions';
import type { Request, Response } from 'express';
import { type BrowserCookie, createCookies, SESSION_MS } from './cookie.ts';
import type { Dependencies } from './dependencies.ts';

/** A request, with who makes it. */
export interface Visit {
  readonly request: Request;
  /** Null: nobody is signed in. */
  readonly administrator: Administrator | null;
  readonly cookie: BrowserCookie;
}

/** Tells who makes a request. */
export type VisitOf = (request: Request, response: Response) => Promise<Visit>;

/** Asks the database once per request, however many ask here. */
export function createVisits({
  store,
  ...settings
}: Pick<Dependencies, 'store' | 'appSecret' | 'publicUrl'>): VisitOf {
  const cookieOf = createCookies(settings);
  const known = new WeakMap<Request, Promise<Visit>>();
  const open = async (request: Request, response: Response): Promise<Visit> => {
    const cookie = cookieOf(request, response);
    const { sessionId } = cookie;
    const administrator = sessionId === null ? null : await findSignedIn(store.db, sessionId, new Date());
    return { request, cookie, administrator };
  };
  return (request, response) => {
    const visit = known.get(request) ?? open(request, response);
    known.set(request, visit);
    return visit;
  };
}

/** Long enough to tell one's browsers apart. */
const BROWSER_LENGTH = 200;

/** From now on this browser is this person's. Nothing of the session before is kept. */
export async function startSession(
  { cookie, request }: Visit,
  { store }: Pick<Dependencies, 'store'>,
  { id }: Pick<Administrator, 'id'>,
): Promise<void> {
  await recordSession(store.db, {
    id: cookie.renew(),
    administratorId: id,
    browser: (request.get('user-agent') ?? '').slice(0, BROWSER_LENGTH),
    expiresAt: new Date(Date.now() + SESSION_MS),
  });
}

/** Whether whoever looks may change something. */
export const mayChange = ({ administrator }: Pick<Visit, 'administrator'>): boolean =>
  administrator?.role === 'administrator';
