import { MINUTE_MS } from '../domain/instant.ts';
import { type Administrator, toAdministrator } from './administrators.ts';
import type { Db } from './db.ts';

/** A personal token as its owner may see it: the token itself is kept nowhere. */
export interface ApiTokenSummary {
  readonly id: number;
  readonly name: string;
  readonly createdAt: Date;
  /** To the minute; null: never. */
  readonly usedAt: Date | null;
}

const SUMMARY = { id: true, name: true, createdAt: true, usedAt: true } as const;

export async function recordApiToken(
  db: Db,
  token: { readonly administratorId: number; readonly name: string; readonly tokenHash: string },
): Promise<ApiTokenSummary> {
  return await db.apiToken.create({ data: token, select: SUMMARY });
}

/** In whose name a program calls; null: there is no such token. Remembers, to the minute, that it was used. */
export async function findTokenOwner(db: Db, tokenHash: string, now: Date): Promise<Administrator | null> {
  const token = await db.apiToken.findUnique({ where: { tokenHash }, include: { administrator: true } });
  if (token === null) return null;
  if (token.usedAt === null || now.getTime() - token.usedAt.getTime() > MINUTE_MS)
    await db.apiToken.updateMany({ where: { tokenHash }, data: { usedAt: now } });
  return toAdministrator(token.administrator);
}

/** Somebody's tokens, the newest first. */
export async function listApiTokens(db: Db, administratorId: number): Promise<readonly ApiTokenSummary[]> {
  return await db.apiToken.findMany({
    where: { administratorId },
    orderBy: { id: 'desc' },
    select: SUMMARY,
  });
}

/** Revokes one of somebody's own tokens, and gives it; null: they have no such token. */
export async function removeApiToken(
  db: Db,
  administratorId: number,
  id: number,
): Promise<ApiTokenSummary | null> {
  const token = await db.apiToken.findFirst({ where: { id, administratorId }, select: SUMMARY });
  const { count } = await db.apiToken.deleteMany({ where: { id, administratorId } });
  return count === 0 ? null : token;
}
