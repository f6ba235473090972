import type { ContactId } from '../domain/ids.ts';

/**
 * Who survives in the end (E13): a survivor may have been merged itself, and CiviCRM lets two contacts be merged into each other, one after the other was restored. A
 * contact whose chain leads back to itself is merged into nobody. No survivor in the result is itself lost.
 */
export function followMerges(merged: ReadonlyMap<ContactId, ContactId>): ReadonlyMap<ContactId, ContactId> {
  return new Map(
    [...merged.keys()].flatMap((lost) => {
      const survivor = lastOf(merged, lost);
      return survivor === null ? [] : [[lost, survivor] as const];
    }),
  );
}

/** Null: round in a circle. */
function lastOf(merged: ReadonlyMap<ContactId, ContactId>, lost: ContactId): ContactId | null {
  const passed = new Set<ContactId>();
  let at = lost;
  for (;;) {
    if (passed.has(at)) return null;
    passed.add(at);
    const next = merged.get(at);
    if (next === undefined) return at;
    at = next;
  }
}
