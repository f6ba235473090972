import { randomBytes } from 'node:crypto';
import { DAY_MS } from '@mcsync/core/domain/instant';
import type { Role } from '@mcsync/core/domain/role';
import { UsageError } from '@mcsync/core/errors/sync-error';
import { recordAct } from '@mcsync/core/store/acts';
import {
  type Administrator,
  findAdministrator,
  findAdministratorByEmail,
  recordRole,
  removeAdministrator,
} from '@mcsync/core/store/administrators';
import { type Invitation, recordInvitation, removeInvitation } from '@mcsync/core/store/invitations';
import { removeSessionsOf } from '@mcsync/core/store/sessions';
import { checkEmail } from './administrator-input.ts';
import { hashSecret } from './cookie.ts';
import type { Dependencies } from './dependencies.ts';

type Stored = Pick<Dependencies, 'store'>;

const TOKEN_BYTES = 24;
const LASTS_MS = 3 * DAY_MS;

/** An invitation with the secret of its link, which is kept nowhere. */
export interface FreshInvitation {
  readonly invitation: Invitation;
  readonly token: string;
}

/** Makes a one-time link by which somebody lets themselves in. Rejects with `UsageError` where they may sign in already, or have no address. */
export async function inviteFor(
  { store: { db } }: Stored,
  who: string,
  { email, role }: { readonly email: string; readonly role: Role },
): Promise<FreshInvitation> {
  const [problem] = checkEmail(email);
  if (problem !== undefined) throw new UsageError('BAD_INPUT', [problem]);
  if ((await findAdministratorByEmail(db, email)) !== null)
    throw new UsageError('BAD_INPUT', ['They may sign in already.']);
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const expiresAt = new Date(Date.now() + LASTS_MS);
  const invited = { email, role, invitedBy: who, expiresAt, tokenHash: hashSecret(token) };
  const invitation = await recordInvitation(db, invited);
  await recordAct(db, { who, kind: 'user-invited', note: `${invitation.email} as ${role}` });
  return { invitation, token };
}

/** The link of an invitation is worth nothing from then on. */
export async function withdrawInvitationFor(
  { store: { db } }: Stored,
  who: string,
  id: number,
): Promise<void> {
  const invitation = await removeInvitation(db, id);
  if (invitation === null) throw new UsageError('NOT_FOUND', ['There is no such invitation any more.']);
  await recordAct(db, { who, kind: 'invitation-withdrawn', note: invitation.email });
}

/** Gives somebody another role. Rejects with `UsageError` where nobody would be left who can change anything. */
export async function changeRoleFor({ store }: Stored, who: string, id: number, role: Role): Promise<void> {
  const { email } = await getUser(store, id);
  if (!(await store.transaction((tx) => recordRole(tx, id, role)))) throw lastAdministrator();
  await recordAct(store.db, { who, kind: 'user-role-changed', note: `${email}: ${role}` });
}

/** Removes somebody with their sessions and tokens. Rejects with `UsageError` where nobody would be left who can change anything. */
export async function removeUserFor({ store }: Stored, who: string, id: number): Promise<void> {
  const { email } = await getUser(store, id);
  if (!(await store.transaction((tx) => removeAdministrator(tx, id)))) throw lastAdministrator();
  await recordAct(store.db, { who, kind: 'user-removed', note: email });
}

/** Ends all sessions of somebody, in every browser; their tokens stay. */
export async function signOutUserFor({ store }: Stored, who: string, id: number): Promise<void> {
  const { email } = await getUser(store, id);
  await removeSessionsOf(store.db, id);
  await recordAct(store.db, { who, kind: 'user-signed-out', note: email });
}

async function getUser({ db }: Stored['store'], id: number): Promise<Administrator> {
  const user = await findAdministrator(db, id);
  if (user === null) throw new UsageError('NOT_FOUND', ['There is no such user any more.']);
  return user;
}

const lastAdministrator = (): UsageError =>
  new UsageError('LAST_ADMINISTRATOR', [
    'That would leave nobody who can change anything. Make somebody else an administrator first.',
  ]);
