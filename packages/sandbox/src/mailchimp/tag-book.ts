import { lowerCased } from './member.ts';

export interface Tag {
  readonly id: number;
  readonly name: string;
}

/** The tags of an audience. Each is a static segment, named without regard to case (reference 8.3). */
export class TagBook {
  readonly #byName = new Map<string, Tag>();
  readonly #byId = new Map<number, Tag>();
  #nextId: number;

  constructor(firstId: number) {
    this.#nextId = firstId;
  }

  find(name: string): Tag | undefined {
    return this.#byName.get(lowerCased(name));
  }

  /** Throws on an unknown id: members hold known ones only. */
  get(id: number): Tag {
    const tag = this.#byId.get(id);
    if (tag === undefined) throw new Error(`There is no tag ${id}`);
    return tag;
  }

  /** The tag of that name, made if there is none; the first spelling stays. */
  ensure(name: string): Tag {
    const present = this.find(name);
    if (present !== undefined) return present;
    const tag: Tag = { id: this.#nextId, name };
    this.#nextId += 1;
    this.#byName.set(lowerCased(name), tag);
    this.#byId.set(tag.id, tag);
    return tag;
  }

  /** All of them in the order they were made. */
  all(): readonly Tag[] {
    return [...this.#byId.values()];
  }
}
