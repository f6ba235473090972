import { recordKin, recordKinOfTodo } from '../../store/components.ts';
import { mergeDuplicates } from '../../store/linking.ts';
import { type PlanContext, simpleStage } from '../stage.ts';

/** Rows that turned out to be halves of one link become one, base and updates kept (rules section 3). Whoever is left and shares something is decided together. */
export const cleanUpDuplicates = simpleStage<PlanContext>(
  'clean-up-duplicates',
  ({ store, lease, connection, run }) =>
    store.fenced(lease, async (tx) => {
      const merged = await mergeDuplicates(tx, connection.id);
      await (run.mailchimpWhole || run.civicrmWhole ? recordKin : recordKinOfTodo)(tx, connection.id);
      return { merged };
    }),
);
