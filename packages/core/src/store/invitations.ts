import { addressKey } from '../domain/email.ts';
import type { Role } from '../domain/role.ts';
import type { Db } from './db.ts';
import type { Invitation as InvitationRow } from './generated/client.ts';

/** Somebody who may let themselves in by a one-time link. */
export interface Invitation {
  readonly id: number;
  readonly email: string;
  readonly role: Role;
  readonly invitedBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** Invites somebody; the link of an earlier invitation of theirs is worth nothing then. */
export async function recordInvitation(
  db: Db,
  invited: Pick<Invitation, 'email' | 'role' | 'invitedBy' | 'expiresAt'> & { readonly tokenHash: string },
): Promise<Invitation> {
  const email = addressKey(invited.email);
  const data = { ...invited, email, createdAt: new Date() };
  return toInvitation(await db.invitation.upsert({ where: { email }, create: data, update: data }));
}

/** Null: there is no such invitation, or it is over. */
export async function findInvitation(db: Db, tokenHash: string, now: Date): Promise<Invitation | null> {
  const row = await db.invitation.findUnique({ where: { tokenHash } });
  return row === null || row.expiresAt <= now ? null : toInvitation(row);
}

/** Uses an invitation up. Of two who ask at once one gets it; null: it is over, or was used. */
export async function claimInvitation(tx: Db, tokenHash: string, now: Date): Promise<Invitation | null> {
  const found = await findInvitation(tx, tokenHash, now);
  if (found === null) return null;
  const { count } = await tx.invitation.deleteMany({ where: { tokenHash } });
  return count === 0 ? null : found;
}

/** Those that can still be used, the newest first. */
export async function listInvitations(db: Db, now: Date): Promise<readonly Invitation[]> {
  const rows = await db.invitation.findMany({
    where: { expiresAt: { gt: now } },
    orderBy: { createdAt: 'desc' },
  });
  return rows.map(toInvitation);
}

/** Gives what was removed; null: there was none. */
export async function removeInvitation(db: Db, id: number): Promise<Invitation | null> {
  const row = await db.invitation.findUnique({ where: { id } });
  const { count } = await db.invitation.deleteMany({ where: { id } });
  return row === null || count === 0 ? null : toInvitation(row);
}

function toInvitation({ tokenHash: _, ...row }: InvitationRow): Invitation {
  return { ...row, role: row.role as Role };
}
