import type { Logger } from '@mcsync/core/log';
import { findAdministratorByEmail, recordAdministrator } from '@mcsync/core/store/administrators';
import type { Db } from '@mcsync/core/store/db';
import { type AdministratorInput, SHORTEST_PASSWORD } from './administrator-input.ts';
import { hashPassword, verifyPassword } from './password.ts';

/**
 * Lets in whom the environment names: added, or given another password where it has changed since. Where nothing has changed, nothing is written, and sessions go on.
 * May run twice, and at once.
 */
export async function ensureAdministrator(db: Db, given: AdministratorInput, log: Logger): Promise<void> {
  // Whoever sets the environment may do as they please; they are told, though.
  if (given.password.length < SHORTEST_PASSWORD)
    log.warn(
      `ADMIN_PASSWORD has fewer than ${SHORTEST_PASSWORD} characters and can be guessed: choose a longer one`,
    );
  const known = await findAdministratorByEmail(db, given.email);
  if (known !== null && (await verifyPassword(given.password, known.passwordHash))) return;
  await recordAdministrator(db, { email: given.email, passwordHash: await hashPassword(given.password) });
}
