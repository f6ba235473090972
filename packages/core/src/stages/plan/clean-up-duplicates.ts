import { mergeDuplicates } from '../../store/linking.ts';
import { type PlanContext, simpleStage } from '../stage.ts';

/** Rows that turned out to be halves of one link become one, base and updates kept (rules section 3). */
export const cleanUpDuplicates = simpleStage<PlanContext>(
  'clean-up-duplicates',
  async ({ store, lease, connection }) => ({
    merged: await store.fenced(lease, (tx) => mergeDuplicates(tx, connection.id)),
  }),
);
