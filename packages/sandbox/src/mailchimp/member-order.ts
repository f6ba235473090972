import type { Member, MemberStatus } from './member.ts';

/** What a list of members may be limited to: one status, or all but the archived (Mailchimp's default). */
export type MemberView = MemberStatus | 'all-but-archived';
/** `created` is what a list without `sort_field` comes in; Mailchimp documents no order for it. */
export type SortField = 'last_changed' | 'timestamp_opt' | 'timestamp_signup' | 'created';

interface CachedView {
  readonly version: number;
  readonly members: readonly Member[];
}

/**
 * The members of an audience in the order of `last_changed`, kept so that a page of a large audience costs no sorting: a change
 * nearly always moves the member to the end, which is an append. Members that share a second keep the order in which they came.
 */
export class MemberOrder {
  /** Ascending unless `#unsorted`; null where a member has moved away. */
  #slots: (Member | null)[] = [];
  readonly #slotOf = new Map<Member, number>();
  #latest = 0;
  #unsorted = false;
  #version = 0;
  readonly #views = new Map<string, CachedView>();

  /** Puts the member where its `lastChanged` belongs; to be called after every change of it. */
  place(member: Member): void {
    this.#vacate(member);
    this.#slotOf.set(member, this.#slots.length);
    this.#slots.push(member);
    if (member.lastChanged < this.#latest) this.#unsorted = true;
    else this.#latest = member.lastChanged;
    this.#version += 1;
  }

  remove(member: Member): void {
    this.#vacate(member);
    this.#slotOf.delete(member);
    this.#version += 1;
  }

  /** The members of a view in ascending order of the field. The list must not be kept over a change. */
  sorted(view: MemberView, field: SortField): readonly Member[] {
    const key = `${view}/${field}`;
    const cached = this.#views.get(key);
    if (cached?.version === this.#version) return cached.members;
    const members = this.#build(view, field);
    this.#views.set(key, { version: this.#version, members });
    return members;
  }

  #build(view: MemberView, field: SortField): readonly Member[] {
    switch (field) {
      case 'last_changed':
        this.#tidy();
        return filtered(this.#slots, view);
      case 'created':
        // A Map keeps the place of a key that is set again, so these are in the order in which they came.
        return filtered(this.#slotOf.keys(), view);
      case 'timestamp_opt':
        return [...this.sorted(view, 'last_changed')].sort((a, b) => a.timestampOpt - b.timestampOpt);
      case 'timestamp_signup':
        return [...this.sorted(view, 'last_changed')].sort((a, b) => a.timestampSignup - b.timestampSignup);
    }
  }

  #vacate(member: Member): void {
    const slot = this.#slotOf.get(member);
    if (slot !== undefined) this.#slots[slot] = null;
  }

  #tidy(): void {
    if (!this.#unsorted && this.#slots.length <= 2 * this.#slotOf.size) return;
    const members = this.#slots.filter((member) => member !== null);
    if (this.#unsorted) members.sort((a, b) => a.lastChanged - b.lastChanged);
    this.#slots = members;
    members.forEach((member, slot) => {
      this.#slotOf.set(member, slot);
    });
    this.#unsorted = false;
    this.#latest = members.at(-1)?.lastChanged ?? 0;
  }
}

function filtered(members: Iterable<Member | null>, view: MemberView): readonly Member[] {
  const found: Member[] = [];
  for (const member of members) if (member !== null && isInView(member, view)) found.push(member);
  return found;
}

function isInView(member: Member, view: MemberView): boolean {
  return view === 'all-but-archived' ? member.status !== 'archived' : member.status === view;
}
