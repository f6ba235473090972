import type { Decision } from '../domain/decision.ts';
import type { DecisionId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';
import { agreeOn, NOTHING_AGREED } from '../domain/profile.ts';
import { listNotCompared } from '../store/bases.ts';
import { listComponents } from '../store/components.ts';
import type { Connection } from '../store/connections.ts';
import type { Db } from '../store/db.ts';
import { recordProfileBases } from '../store/profile-bases.ts';
import { decideFromRows, rulesAt } from './decide-components.ts';

/**
 * Whoever has come in through another link of theirs, or was made for a member: of their interests and data nothing was decided yet. Where both sides have the same that is agreed now, from our rows and without
 * reading anything; whoever has something else is looked at by the next run. `confirmed`: decisions whose base has just moved.
 */
export async function compareAtOnce(
  tx: Db,
  { connection, now }: { readonly connection: Connection; readonly now: () => Instant },
  confirmed: readonly DecisionId[],
): Promise<void> {
  const members = new Set(await listNotCompared(tx, confirmed));
  if (members.size === 0) return;
  const components = await listComponents(tx, connection.id, [...members]);
  const decisions = new Map(
    decideFromRows(rulesAt(connection, now(), 0), components).decided.map(({ link, decision }) => [
      link.id,
      decision,
    ]),
  );
  const concerned = components.flat().filter(({ link }) => members.has(link.id));
  await recordProfileBases(
    tx,
    concerned.map(({ link: { id, profileBase = NOTHING_AGREED } }) => {
      const agreed = agreementOf(decisions.get(id));
      return {
        memberId: id,
        base: agreeOn(profileBase, agreed ?? NOTHING_AGREED),
        isChanged: agreed === undefined,
      };
    }),
  );
}

/** Undefined: something has to be read, written or told. */
function agreementOf(decision: Decision | undefined) {
  if (decision?.kind !== 'agreed' || decision.warnings || decision.notes) return undefined;
  return decision.agree ?? NOTHING_AGREED;
}
