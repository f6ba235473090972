import { recordCivicrmOnly, recordCovered } from '../../store/linking.ts';
import { type PlanContext, simpleStage } from '../stage.ts';

/** People in the group: those whose address is at Mailchimp are covered by that member (rules section 3), the others get a row of their own (E8). */
export const addCivicrmOnly = simpleStage<PlanContext>(
  'add-civicrm-only',
  ({ store, lease, connection, run }) =>
    store.fenced(lease, async (tx) => ({
      covered: await recordCovered(tx, connection.id, run.id),
      civicrmOnly: await recordCivicrmOnly(tx, connection.id, run.id),
    })),
);
