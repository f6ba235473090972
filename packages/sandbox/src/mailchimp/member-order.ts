import type { Member, MemberStatus } from './member.ts';

/** What a list of members may be limited to: one status, or all but the archived (Mailchimp's default). */
export type MemberView = MemberStatus | 'all-but-archived';
/** `created` is what a list without `sort_field` comes in; Mailchimp documents no order for it. */
export type SortField = 'last_changed' | 'timestamp_opt' | 'timestamp_signup' | 'created';

/** The slot of a member that is in no order. */
export const NOWHERE = -1;

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
  /** In the order in which they came. */
  #created: Member[] = [];
  /** They are taken out of `#created` only when somebody looks, or it would cost a pass for each. */
  #hasErased = false;
  #size = 0;
  #latest = 0;
  #unsorted = false;
  #version = 0;
  readonly #views = new Map<string, CachedView>();

  /** Puts the member where its `lastChanged` belongs; to be called after every change of it. */
  place(member: Member): void {
    if (member.slot === NOWHERE) {
      this.#size += 1;
      this.#dropErased();
      this.#created.push(member);
    } else this.#slots[member.slot] = null;
    member.slot = this.#slots.length;
    this.#slots.push(member);
    if (member.lastChanged < this.#latest) this.#unsorted = true;
    else this.#latest = member.lastChanged;
    this.#version += 1;
  }

  remove(member: Member): void {
    if (member.slot === NOWHERE) return;
    this.#slots[member.slot] = null;
    member.slot = NOWHERE;
    this.#hasErased = true;
    this.#size -= 1;
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
        this.#dropErased();
        return filtered(this.#created, view);
      case 'timestamp_opt':
        return [...this.sorted(view, 'last_changed')].sort((a, b) => a.timestampOpt - b.timestampOpt);
      case 'timestamp_signup':
        return [...this.sorted(view, 'last_changed')].sort((a, b) => a.timestampSignup - b.timestampSignup);
    }
  }

  #dropErased(): void {
    if (!this.#hasErased) return;
    this.#created = this.#created.filter(({ slot }) => slot !== NOWHERE);
    this.#hasErased = false;
  }

  #tidy(): void {
    if (!this.#unsorted && this.#slots.length <= 2 * this.#size) return;
    const members = this.#slots.filter((member) => member !== null);
    if (this.#unsorted) members.sort((a, b) => a.lastChanged - b.lastChanged);
    this.#slots = members;
    members.forEach((member, slot) => {
      member.slot = slot;
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
