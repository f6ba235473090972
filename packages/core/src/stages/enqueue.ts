import { planUpdates } from '../decide/plan-update.ts';
import type { Write } from '../domain/decision.ts';
import { addressKey } from '../domain/email.ts';
import type { ConnectionId, DecisionId, MemberId, RunId } from '../domain/ids.ts';
import { findCarriers, type WantedCarrier } from '../store/carriers.ts';
import type { Db } from '../store/db.ts';
import { findTargets, type TargetMember } from '../store/targets.ts';
import { enqueueUpdates, type QueuedUpdate } from '../store/updates.ts';

/** A decision whose writes are for Mailchimp. */
export interface Enqueued {
  readonly decisionId: DecisionId;
  readonly memberId: MemberId;
  readonly writes: readonly Write[];
}

/** From decisions to the outbox: what is for one member becomes one update, carried by the row of the address that is written to. Gives the decisions whose updates are queued. */
export async function enqueue(
  tx: Db,
  scope: { readonly connectionId: ConnectionId; readonly runId: RunId | null },
  decisions: readonly Enqueued[],
): Promise<readonly DecisionId[]> {
  const targets = await findTargets(
    tx,
    scope.connectionId,
    decisions.flatMap(({ writes }) => writes.flatMap(targetOf)),
  );
  const carriers = await findCarriers(tx, scope.connectionId, decisions.flatMap(wantedCarriers));
  return await enqueueUpdates(
    tx,
    scope,
    decisions.flatMap((decision) => toQueued(decision, targets, carriers)),
  );
}

const targetOf = (write: Write): readonly string[] =>
  'target' in write && write.target !== null ? [write.target] : [];

const wantedCarriers = ({ memberId, writes }: Enqueued): readonly WantedCarrier[] =>
  writes.flatMap((write) =>
    write.kind === 'subscribe'
      ? { memberId, contactId: write.contactId, address: addressKey(write.address), target: write.target }
      : [],
  );

function toQueued(
  { decisionId, memberId, writes }: Enqueued,
  targets: ReadonlyMap<string, TargetMember>,
  carriers: ReadonlyMap<MemberId, MemberId>,
): readonly QueuedUpdate[] {
  return planUpdates(writes, (target) => targets.get(target) ?? null).map((planned) => ({
    decisionId,
    memberId: carriers.get(memberId) ?? memberId,
    planned,
  }));
}
