import { addressKey } from '../domain/email.ts';
import type { Db } from './db.ts';
import type { Administrator as AdministratorRow } from './generated/client.ts';

/** Somebody who may sign in to the dashboard. */
export interface Administrator {
  readonly id: number;
  /** In lower case. */
  readonly email: string;
  /** For whoever verifies a password, and for nobody else. */
  readonly passwordHash: string;
  /** Changes with every revocation: a session that was made under another one is void. */
  readonly sessionsValidFrom: Date;
}

/** Somebody to be let in; `email` in any spelling. */
export type NewAdministrator = Pick<Administrator, 'email' | 'passwordHash'>;

export async function hasAdministrator(db: Db): Promise<boolean> {
  return (await db.administrator.findFirst({ select: { id: true } })) !== null;
}

export async function findAdministrator(db: Db, id: number): Promise<Administrator | null> {
  return withoutRest(await db.administrator.findUnique({ where: { id } }));
}

/** `email` in any spelling. */
export async function findAdministratorByEmail(db: Db, email: string): Promise<Administrator | null> {
  return withoutRest(await db.administrator.findUnique({ where: { email: addressKey(email) } }));
}

/** Adds the first one. Null, with nothing written, where there is one already, even if two ask at once. Needs a transaction. */
export async function recordFirstAdministrator(
  tx: Db,
  { email, passwordHash }: NewAdministrator,
): Promise<Administrator | null> {
  // Lets others read, and makes a second one who asks wait for our answer.
  await tx.$executeRaw`LOCK TABLE administrators IN SHARE ROW EXCLUSIVE MODE`;
  if (await hasAdministrator(tx)) return null;
  return withoutRest(await tx.administrator.create({ data: { email: addressKey(email), passwordHash } }));
}

/** Adds an administrator, or gives the one with this address another password, which voids the sessions made with the old one. May run at once in several processes. */
export async function recordAdministrator(db: Db, { email, passwordHash }: NewAdministrator): Promise<void> {
  await db.$executeRaw`
    INSERT INTO administrators (email, password_hash) VALUES (${addressKey(email)}, ${passwordHash})
    ON CONFLICT (email) DO UPDATE SET password_hash = EXCLUDED.password_hash,
      sessions_valid_from = greatest(now(), administrators.sessions_valid_from + interval '1 millisecond')`;
}

/** Voids every session of an administrator. May run twice. */
export async function recordSessionsVoid(db: Db, id: number): Promise<void> {
  // Later than before even within one millisecond: sessions are told apart by it.
  await db.$executeRaw`
    UPDATE administrators SET sessions_valid_from = greatest(now(), sessions_valid_from + interval '1 millisecond') WHERE id = ${id}`;
}

function withoutRest(row: AdministratorRow | null): Administrator | null {
  if (row === null) return null;
  const { id, email, passwordHash, sessionsValidFrom } = row;
  return { id, email, passwordHash, sessionsValidFrom };
}
