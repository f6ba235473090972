import type { ConnectionId } from '../domain/ids.ts';
import { DEFAULT_POLICIES, type Policies, parsePolicies } from '../domain/policies.ts';
import { UsageError } from '../errors/sync-error.ts';
import { type Connection, getConnection, recordPolicies } from '../store/connections.ts';
import type { Db } from '../store/db.ts';
import { checkSchedule } from './check-schedule.ts';

/**
 * Changes policies of a connection, each as `name=value`; the others stay, or get their usual value again. People whose refusal rests on a policy are looked at again. Rejects with `UsageError` with all that is
 * wrong, having changed nothing.
 */
export async function changePolicies(
  db: Db,
  id: ConnectionId,
  settings: readonly string[],
  others: 'stay' | 'as-usual',
): Promise<Connection> {
  const before = await getConnection(db, id);
  const start = others === 'stay' ? before.policies : DEFAULT_POLICIES;
  const { policies, problems } = parsePolicies(settings, start);
  const [first, ...more] = [...problems, ...checkSchedule(policies)];
  if (first !== undefined) throw new UsageError('BAD_INPUT', [first, ...more]);
  await recordPolicies(db, id, policies, concerns(before.policies, policies));
  return await getConnection(db, id);
}

/** Whether a decision about somebody who cannot be agreed, or who was left alone, may differ under the new policies. */
function concerns(before: Policies, after: Policies): 'people' | 'nobody' {
  const { limits: _, every: __, fullCron: ___, ...old } = before;
  return Object.entries(old).some(([name, value]) => Reflect.get(after, name) !== value)
    ? 'people'
    : 'nobody';
}
