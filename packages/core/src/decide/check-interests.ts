import type { InterestFault, InterestPair } from '../domain/pairings.ts';
import { type CheckedGroup, checkGroup } from './check-connection.ts';

/** What a look at both sides told about the interests of a connection. */
export interface SeenInterests {
  /** By id; null: there is none that we may see. */
  readonly groups: ReadonlyMap<number, CheckedGroup | null>;
  /** Null: nobody is in the audience to tell. */
  readonly interestIds: ReadonlySet<string> | null;
}

/** E16, E20: whether each pair is fit, by the interest's id; null: it is. A fault stops that pair and nothing else. */
export function checkInterests(
  pairs: readonly InterestPair[],
  seen: SeenInterests,
): ReadonlyMap<string, InterestFault | null> {
  return new Map(pairs.map((pair) => [pair.interestId, checkPair(pair, seen)]));
}

function checkPair({ interestId, groupId }: InterestPair, seen: SeenInterests): InterestFault | null {
  if (seen.interestIds?.has(interestId) === false) {
    const message = `Interest ${interestId} is not in the audience any more. Nothing follows from it, and its group ${groupId} is left as it is. Remove the pair, or pair the group with another interest.`;
    return { code: 'E20', message };
  }
  const [problem] = checkGroup(seen.groups.get(groupId) ?? null);
  if (problem === undefined) return null;
  return {
    code: 'E16',
    message: `Interest group ${groupId}: ${problem.message} Nothing follows from it, and interest ${interestId} is left as it is.`,
  };
}
