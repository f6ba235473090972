import { MINUTE_MS } from '../domain/instant.ts';
import { type Administrator, toAdministrator } from './administrators.ts';
import type { Db } from './db.ts';

/** A browser in which somebody is signed in, as they may see it. */
export interface SessionSummary {
  readonly id: string;
  readonly browser: string;
  readonly createdAt: Date;
  /** To the minute. */
  readonly seenAt: Date;
}

/** Signs a browser in. `id`: the hash of what its cookie holds. Sessions that are over are cleared away on the way. */
export async function recordSession(
  db: Db,
  session: {
    readonly id: string;
    readonly administratorId: number;
    readonly browser: string;
    readonly expiresAt: Date;
  },
): Promise<void> {
  await db.session.deleteMany({ where: { expiresAt: { lt: new Date() } } });
  await db.session.create({ data: session });
}

/** Who is signed in by this session; null where it is over, was ended or never was. Remembers, to the minute, that it was used. */
export async function findSignedIn(db: Db, id: string, now: Date): Promise<Administrator | null> {
  const session = await db.session.findUnique({ where: { id }, include: { administrator: true } });
  if (session === null || session.expiresAt <= now) return null;
  if (now.getTime() - session.seenAt.getTime() > MINUTE_MS)
    await db.session.updateMany({ where: { id }, data: { seenAt: now } });
  return toAdministrator(session.administrator);
}

/** Somebody's sessions, the last used first. */
export async function listSessions(db: Db, administratorId: number): Promise<readonly SessionSummary[]> {
  return await db.session.findMany({
    where: { administratorId, expiresAt: { gt: new Date() } },
    orderBy: { seenAt: 'desc' },
    select: { id: true, browser: true, createdAt: true, seenAt: true },
  });
}

/** Ends one session. May run twice. */
export async function removeSession(db: Db, id: string): Promise<void> {
  await db.session.deleteMany({ where: { id } });
}

/** Ends all of somebody's sessions, in every browser. May run twice. */
export async function removeSessionsOf(db: Db, administratorId: number): Promise<void> {
  await db.session.deleteMany({ where: { administratorId } });
}
