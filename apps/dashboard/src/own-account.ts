import { randomBytes } from 'node:crypto';
import { UsageError } from '@mcsync/core/errors/sync-error';
import { recordAct } from '@mcsync/core/store/acts';
import { type Administrator, recordPassword } from '@mcsync/core/store/administrators';
import { type ApiTokenSummary, recordApiToken, removeApiToken } from '@mcsync/core/store/api-tokens';
import { checkAdministrator } from './administrator-input.ts';
import { hashSecret } from './cookie.ts';
import type { Dependencies } from './dependencies.ts';
import { hashPassword, verifyPassword } from './password.ts';

type Stored = Pick<Dependencies, 'store'>;

/** Both as typed; `repeated` to find slips of the finger. */
export interface PasswordChange {
  readonly present: string;
  readonly password: string;
  readonly repeated: string;
}

/** Changes one's own password: the present one has to be known. All browsers but that of the session `keep` are signed out. Rejects with `UsageError` with all that is wrong. */
export async function changePasswordFor(
  { store }: Stored,
  { id, email, passwordHash }: Administrator,
  { present, password, repeated }: PasswordChange,
  keep: string | null,
): Promise<void> {
  const isKnown = await verifyPassword(present, passwordHash);
  const [first, ...more] = [
    ...(isKnown ? [] : ['That is not your present password.']),
    ...checkAdministrator({ email, password }),
    ...(password === repeated ? [] : ['The two new passwords differ. Type both again.']),
  ];
  if (first !== undefined) throw new UsageError('BAD_INPUT', [first, ...more]);
  const hash = await hashPassword(password);
  await store.transaction((tx) => recordPassword(tx, id, hash, keep));
  await recordAct(store.db, { who: email, kind: 'password-changed' });
}

const TOKEN_BYTES = 32;
/** By which a token that got lost somewhere is known for what it is. */
const TOKEN_PREFIX = 'mcsync_';

/** Makes a personal token; what it is worth is told this once, and kept nowhere. */
export async function makeTokenFor(
  { store: { db } }: Stored,
  { id, email }: Administrator,
  name: string,
): Promise<ApiTokenSummary & { readonly token: string }> {
  const token = `${TOKEN_PREFIX}${randomBytes(TOKEN_BYTES).toString('base64url')}`;
  const made = await recordApiToken(db, { administratorId: id, name, tokenHash: hashSecret(token) });
  await recordAct(db, { who: email, kind: 'token-made', note: name });
  return { ...made, token };
}

/** One of one's own tokens is worth nothing from then on. */
export async function revokeTokenFor(
  { store: { db } }: Stored,
  { id: owner, email }: Administrator,
  id: number,
): Promise<void> {
  const revoked = await removeApiToken(db, owner, id);
  if (revoked === null) throw new UsageError('NOT_FOUND', ['You have no such token any more.']);
  await recordAct(db, { who: email, kind: 'token-revoked', note: revoked.name });
}
