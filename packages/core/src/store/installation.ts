import { randomBytes } from 'node:crypto';
import type { Db } from './db.ts';

/** This installation, the same for every process on this database. */
export interface Installation {
  /** Short, random; part of operation ids, `tracking` and `source`. */
  readonly installationId: string;
  /** Which database this is, by the server's own id and the database's: a copy has another (E27). Null before anybody has bound it. */
  readonly boundStore: string | null;
  /** The one switch for all writing (rules section 8); null: writing is allowed. */
  readonly writingStoppedAt: Date | null;
}

/** Reads it, and makes it at the first call. May run twice, and at once. */
export async function getInstallation(db: Db): Promise<Installation> {
  const found = await db.installation.findUnique({ where: { id: 1 } });
  if (found !== null) return found;
  await db.$executeRaw`
    INSERT INTO installation (id, installation_id) VALUES (1, ${randomBytes(5).toString('hex')}) ON CONFLICT DO NOTHING`;
  return await db.installation.findUniqueOrThrow({ where: { id: 1 } });
}

/** Stops or allows all writing to both systems, for everybody. */
export async function recordWriting(db: Db, writing: 'stopped' | 'allowed'): Promise<void> {
  await getInstallation(db);
  const writingStoppedAt = writing === 'stopped' ? new Date() : null;
  await db.installation.update({ where: { id: 1 }, data: { writingStoppedAt } });
}
