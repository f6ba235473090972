import type { ContactId } from '../../domain/ids.ts';
import type { PartialWrite } from './civicrm.ts';

/** Writes in rounds of at most one for each contact, in the order given: a contact may have several addresses, and what one write leaves is what the next one starts from. */
export async function inRounds<One extends { readonly contactId: ContactId }>(
  writes: readonly One[],
  write: (round: readonly One[]) => Promise<PartialWrite>,
): Promise<PartialWrite> {
  const parts: PartialWrite[] = [];
  for (const round of roundsOf(writes)) parts.push(await write(round));
  return {
    written: parts.flatMap(({ written }) => written),
    failed: parts.flatMap(({ failed }) => failed),
  };
}

function roundsOf<One extends { readonly contactId: ContactId }>(
  writes: readonly One[],
): readonly (readonly One[])[] {
  const rounds: Map<ContactId, One>[] = [];
  for (const write of writes) {
    const round = rounds.find((one) => !one.has(write.contactId));
    if (round === undefined) rounds.push(new Map([[write.contactId, write]]));
    else round.set(write.contactId, write);
  }
  return rounds.map((round) => [...round.values()]);
}
