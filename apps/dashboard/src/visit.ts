import { type Administrator, findAdministrator } from '@mcsync/core/store/administrators';
import type { Request, Response } from 'express';
import type { Dependencies } from './dependencies.ts';
import { createSessions, newFormToken, type Session } from './session.ts';

/** A request, with who makes it. */
export interface Visit {
  readonly request: Request;
  /** Null: nobody is signed in. */
  readonly administrator: Administrator | null;
  readonly session: Session;
}

/** Tells who makes a request. */
export type VisitOf = (request: Request, response: Response) => Promise<Visit>;

/** Asks the database once per request, however many ask here. */
export function createVisits(deps: Pick<Dependencies, 'store' | 'appSecret' | 'publicUrl'>): VisitOf {
  const openSession = createSessions(deps);
  const known = new WeakMap<Request, Promise<Visit>>();
  const open = async (request: Request, response: Response): Promise<Visit> => {
    const session = await openSession(request, response);
    return { request, session, administrator: await findSignedIn(deps, session) };
  };
  return (request, response) => {
    const visit = known.get(request) ?? open(request, response);
    known.set(request, visit);
    return visit;
  };
}

async function findSignedIn(
  { store }: Pick<Dependencies, 'store'>,
  { administratorId, validFrom }: Session,
): Promise<Administrator | null> {
  if (administratorId === undefined) return null;
  const administrator = await findAdministrator(store.db, administratorId);
  return administrator?.sessionsValidFrom.getTime() === validFrom ? administrator : null;
}

/** From now on this browser is this administrator's. Nothing of the session before is kept. */
export async function startSession(
  { session }: Visit,
  { id, sessionsValidFrom }: Administrator,
): Promise<void> {
  session.administratorId = id;
  session.validFrom = sessionsValidFrom.getTime();
  session.formToken = newFormToken();
  await session.save();
}

/** The token for the forms of a page, made where the session has none yet. To be called before the answer begins: it may set the cookie. */
export async function formTokenOf({ session }: Visit): Promise<string> {
  if (session.formToken === undefined) {
    session.formToken = newFormToken();
    await session.save();
  }
  return session.formToken;
}
