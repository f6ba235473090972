import type { SandboxClock } from '../clock.ts';
import { lowerCased } from './member.ts';

/** A tag is a static segment under the same id (reference 8.3). Times are milliseconds since 1970. */
export interface Tag {
  readonly id: number;
  readonly name: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** The tags of an audience, named without regard to case. */
export class TagBook {
  readonly #byName = new Map<string, Tag>();
  readonly #byId = new Map<number, Tag>();
  readonly #clock: SandboxClock;
  #nextId: number;

  constructor(firstId: number, clock: SandboxClock) {
    this.#nextId = firstId;
    this.#clock = clock;
  }

  find(name: string): Tag | undefined {
    return this.#byName.get(lowerCased(name));
  }

  findById(id: number): Tag | undefined {
    return this.#byId.get(id);
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
    const now = this.#clock.now();
    const tag: Tag = { id: this.#nextId, name, createdAt: now, updatedAt: now };
    this.#nextId += 1;
    this.#set(tag);
    return tag;
  }

  /** Throws on an unknown id. */
  rename(id: number, name: string): void {
    const tag = this.get(id);
    this.#byName.delete(lowerCased(tag.name));
    this.#set({ ...tag, name, updatedAt: this.#clock.now() });
  }

  /** From the book alone; members are the audience's business. */
  remove(id: number): void {
    const tag = this.get(id);
    this.#byName.delete(lowerCased(tag.name));
    this.#byId.delete(id);
  }

  /** All of them in the order they were made. */
  all(): readonly Tag[] {
    return [...this.#byId.values()];
  }

  #set(tag: Tag): void {
    this.#byName.set(lowerCased(tag.name), tag);
    this.#byId.set(tag.id, tag);
  }
}
