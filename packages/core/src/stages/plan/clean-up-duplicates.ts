import type { ConnectionId } from '../../domain/ids.ts';
import { listNearIds, listTodoIds, recordKin, recordKinAmong } from '../../store/components.ts';
import type { Db } from '../../store/db.ts';
import { mergeDuplicates } from '../../store/linking.ts';
import { type PlanContext, simpleStage } from '../stage.ts';

/** More than so many, and going through everybody is faster than going from one to the next. */
const FEW = 2000;

/**
 * Rows that turned out to be halves of one link become one, base and updates kept (rules section 3). Whoever is left and shares something is decided together. What
 * makes a row a half, or kin, also makes it `todo`; so where few are, only they and those near them are looked at.
 */
export const cleanUpDuplicates = simpleStage<PlanContext>(
  'clean-up-duplicates',
  ({ store, lease, connection }) =>
    store.fenced(lease, async (tx) => {
      const few = await listTodoIds(tx, connection.id, FEW);
      const merged =
        few === null ? await cleanUpAll(tx, connection.id) : await cleanUpNear(tx, connection.id, few);
      return { merged };
    }),
);

async function cleanUpAll(tx: Db, connection: ConnectionId): Promise<number> {
  const merged = await mergeDuplicates(tx, connection, null);
  await recordKin(tx, connection);
  return merged;
}

async function cleanUpNear(tx: Db, connection: ConnectionId, few: readonly number[]): Promise<number> {
  if (few.length === 0) return 0;
  const near = await listNearIds(tx, connection, few);
  const merged = await mergeDuplicates(tx, connection, near);
  await recordKinAmong(tx, near);
  return merged;
}
