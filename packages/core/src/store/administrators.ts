import { addressKey } from '../domain/email.ts';
import type { Role } from '../domain/role.ts';
import type { Db } from './db.ts';
import type { Administrator as AdministratorRow } from './generated/client.ts';

/** Somebody who may sign in to the dashboard. */
export interface Administrator {
  readonly id: number;
  /** In lower case. */
  readonly email: string;
  readonly role: Role;
  /** For whoever verifies a password, and for nobody else. */
  readonly passwordHash: string;
  readonly createdAt: Date;
}

/** Somebody to be let in; `email` in any spelling. */
export type NewAdministrator = Pick<Administrator, 'email' | 'passwordHash'>;

export async function hasAdministrator(db: Db): Promise<boolean> {
  return (await db.administrator.findFirst({ select: { id: true } })) !== null;
}

export async function findAdministrator(db: Db, id: number): Promise<Administrator | null> {
  return maybe(await db.administrator.findUnique({ where: { id } }));
}

/** `email` in any spelling. */
export async function findAdministratorByEmail(db: Db, email: string): Promise<Administrator | null> {
  return maybe(await db.administrator.findUnique({ where: { email: addressKey(email) } }));
}

/** Everybody who may sign in, by address. */
export async function listAdministrators(db: Db): Promise<readonly Administrator[]> {
  return (await db.administrator.findMany({ orderBy: { email: 'asc' } })).map(toAdministrator);
}

/** Adds the first one. Null, with nothing written, where there is one already, even if two ask at once. Needs a transaction. */
export async function recordFirstAdministrator(
  tx: Db,
  { email, passwordHash }: NewAdministrator,
): Promise<Administrator | null> {
  await lockAdministrators(tx);
  if (await hasAdministrator(tx)) return null;
  return maybe(await tx.administrator.create({ data: { email: addressKey(email), passwordHash } }));
}

/**
 * Adds an administrator, or gives the one with this address another password and all rights, which ends the sessions made with the old one. May run at once in several
 * processes.
 */
export async function recordAdministrator(db: Db, { email, passwordHash }: NewAdministrator): Promise<void> {
  await db.$executeRaw`
    WITH let_in AS (
      INSERT INTO administrators (email, password_hash) VALUES (${addressKey(email)}, ${passwordHash})
      ON CONFLICT (email) DO UPDATE SET password_hash = EXCLUDED.password_hash, role = 'administrator'
      RETURNING id)
    DELETE FROM sessions USING let_in WHERE administrator_id = let_in.id`;
}

/** Adds somebody who was invited. Null, with nothing written, where the address may sign in already. */
export async function recordUser(
  tx: Db,
  added: NewAdministrator & { readonly role: Role },
): Promise<Administrator | null> {
  const email = addressKey(added.email);
  const made = await tx.administrator.createManyAndReturn({
    data: { ...added, email },
    skipDuplicates: true,
  });
  return maybe(made[0] ?? null);
}

/** Another password. The sessions made with the old one end, but for `keep`. */
export async function recordPassword(
  tx: Db,
  id: number,
  passwordHash: string,
  keep: string | null,
): Promise<void> {
  await tx.administrator.update({ where: { id }, data: { passwordHash } });
  await tx.session.deleteMany({
    where: { administratorId: id, ...(keep !== null && { id: { not: keep } }) },
  });
}

/** The same password under a better hash: sessions go on. */
export async function recordPasswordHash(db: Db, id: number, passwordHash: string): Promise<void> {
  await db.administrator.updateMany({ where: { id }, data: { passwordHash } });
}

/** Gives somebody another role. False, with nothing written, where no administrator would be left. Needs a transaction. */
export async function recordRole(tx: Db, id: number, role: Role): Promise<boolean> {
  if (role !== 'administrator' && (await isLastAdministrator(tx, id))) return false;
  await tx.administrator.updateMany({ where: { id }, data: { role } });
  return true;
}

/** Removes somebody with their sessions and tokens. False, with nothing written, where no administrator would be left. Needs a transaction. */
export async function removeAdministrator(tx: Db, id: number): Promise<boolean> {
  if (await isLastAdministrator(tx, id)) return false;
  await tx.administrator.deleteMany({ where: { id } });
  return true;
}

async function isLastAdministrator(tx: Db, id: number): Promise<boolean> {
  await lockAdministrators(tx);
  const others = await tx.administrator.count({ where: { role: 'administrator', id: { not: id } } });
  return others === 0;
}

/** Lets others read, and makes a second one who asks wait for our answer. */
async function lockAdministrators(tx: Db): Promise<void> {
  await tx.$executeRaw`LOCK TABLE administrators IN SHARE ROW EXCLUSIVE MODE`;
}

const maybe = (row: AdministratorRow | null): Administrator | null => row && toAdministrator(row);

/** The column is ours: it holds what was recorded from the domain's own type. */
export const toAdministrator = (row: AdministratorRow): Administrator => ({
  ...row,
  role: row.role as Role,
});
