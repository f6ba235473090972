import type { Audience } from './audience.ts';
import { lowerCased, type Member } from './member.ts';

/** Names of tags to put on and to take off; those not mentioned stay. */
export interface TagChange {
  readonly on?: readonly string[];
  readonly off?: readonly string[];
}

/**
 * Changes a member's tags and says whether that changed anything. Unknown names are created where they are put on, passed over
 * where they are taken off. Does not move last_changed.
 */
export function applyTags(
  audience: Audience,
  member: Member,
  { on = [], off = [] }: TagChange,
  nowSeconds: number,
): boolean {
  const dropped = new Set(off.map(lowerCased));
  const kept = member.tags.filter(({ id }) => !dropped.has(lowerCased(audience.tags.get(id).name)));
  const present = new Set(kept.map(({ id }) => id));
  const added = new Set(on.map((name) => audience.tags.ensure(name).id).filter((id) => !present.has(id)));
  if (added.size === 0 && kept.length === member.tags.length) return false;
  member.tags = [...kept, ...[...added].map((id) => ({ id, addedAt: nowSeconds }))];
  return true;
}
