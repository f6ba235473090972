import type { SandboxClock } from '../clock.ts';
import type { Random } from '../random.ts';
import { InterestBook } from './interest-book.ts';
import { type Actor, type Member, type MemberStatus, subscriberHash, toSeconds } from './member.ts';
import { MemberOrder, type MemberView, type SortField } from './member-order.ts';
import { DEFAULT_MERGE_FIELDS, type MergeField, type MergeFieldType } from './merge-field.ts';
import { TagBook } from './tag-book.ts';

export interface AudienceParts {
  readonly id: string;
  readonly webId: number;
  readonly name: string;
  readonly doubleOptIn: boolean;
  readonly clock: SandboxClock;
  readonly random: Random;
}

/** What to know of a change of status besides the new one. */
export interface StatusAct {
  readonly by: Actor;
  readonly reason?: string;
  readonly campaignId?: string;
}

export interface NewMergeField {
  readonly tag?: string;
  readonly name: string;
  readonly type: MergeFieldType;
  readonly required?: boolean;
  readonly defaultValue?: string;
  readonly isPublic?: boolean;
  readonly choices?: readonly string[];
  readonly displayOrder?: number;
  readonly helpText?: string;
}

/** How it reads in `unsubscribe_reason` where an administrator or the API unsubscribed somebody (reference 9.3). */
export const UNSUBSCRIBED_BY_ADMIN = 'N/A (Unsubscribed by admin)';

/**
 * One audience: its members, merge fields, interests and tags. It keeps the books (indexes, order, last_changed, history);
 * what is allowed is decided by its callers.
 */
export class Audience {
  readonly id: string;
  readonly webId: number;
  name: string;
  doubleOptIn: boolean;
  /** What was said of it besides, by the names of the API. */
  details: Readonly<Record<string, unknown>> = {};
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Hashes of the permanently deleted, who come back by a Mailchimp form only. */
  readonly forgotten = new Set<string>();
  readonly interests: InterestBook;
  readonly tags: TagBook;
  #mergeFields: readonly MergeField[] = DEFAULT_MERGE_FIELDS;
  readonly #byHash = new Map<string, Member>();
  readonly #byContactId = new Map<string, Member>();
  readonly #order = new MemberOrder();
  readonly #clock: SandboxClock;

  constructor({ id, webId, name, doubleOptIn, clock, random }: AudienceParts) {
    this.id = id;
    this.webId = webId;
    this.name = name;
    this.doubleOptIn = doubleOptIn;
    this.createdAt = clock.now();
    this.#clock = clock;
    this.interests = new InterestBook(random);
    this.tags = new TagBook(random.int(1_000_000, 9_999_999), clock);
  }

  // Members

  get size(): number {
    return this.#byContactId.size;
  }

  /** The members of a view in ascending order of a field; the list must not be kept over a change. */
  sorted(view: MemberView, field: SortField): readonly Member[] {
    return this.#order.sorted(view, field);
  }

  /** Every member, archived ones too, in the order of their creation. */
  members(): IterableIterator<Member> {
    return this.#byContactId.values();
  }

  /** By hash, plain address or contact id, as the API takes them in place of `{subscriber_hash}` (reference 3.4). */
  find(who: string): Member | undefined {
    if (who.includes('@')) return this.#byHash.get(subscriberHash(who));
    return this.findByHash(who) ?? this.#byContactId.get(who);
  }

  findByHash(hash: string): Member | undefined {
    return this.#byHash.get(hash.toLowerCase());
  }

  /** Adds a finished member. Throws where the address or the contact id is there already. */
  add(member: Member): void {
    if (this.#byHash.has(member.hash) || this.#byContactId.has(member.contactId)) {
      throw new Error(`Audience ${this.id} holds this address or contact id already`);
    }
    this.#byHash.set(member.hash, member);
    this.#byContactId.set(member.contactId, member);
    this.#order.place(member);
  }

  /** Moves `last_changed` to now; to be called after every change that Mailchimp counts as one. */
  touch(member: Member): void {
    member.lastChanged = toSeconds(this.#clock.now());
    this.#order.place(member);
  }

  /** Gives the member a status and records who did it. What follows from the act itself (reason, own leaving) is set too. */
  setStatus(member: Member, to: MemberStatus, act: StatusAct): void {
    member.history = [...member.history, { at: this.#clock.now(), from: member.status, to, ...act }];
    if (to === 'archived') member.statusBeforeArchive = member.status;
    else member.statusBeforeArchive = null;
    if (to === 'unsubscribed') {
      member.unsubscribedBy = act.by;
      member.unsubscribeReason = act.by === 'person' ? (act.reason ?? 'None given') : UNSUBSCRIBED_BY_ADMIN;
      if (act.by === 'person') member.hasLeftThemselves = true;
    }
    if (to === 'subscribed') {
      member.unsubscribedBy = null;
      member.unsubscribeReason = '';
      member.hasLeftThemselves = false;
    }
    member.status = to;
    this.touch(member);
  }

  /** Another address for the same member: `id` changes, `contact_id` and `web_id` stay (reference 4.3). */
  rekey(member: Member, email: string): void {
    this.#byHash.delete(member.hash);
    member.email = email;
    member.hash = subscriberHash(email);
    this.#byHash.set(member.hash, member);
    this.touch(member);
  }

  /** Erases the member for good and remembers the hash of the address alone. */
  forget(member: Member): void {
    this.#byHash.delete(member.hash);
    this.#byContactId.delete(member.contactId);
    this.#order.remove(member);
    this.forgotten.add(member.hash);
  }

  // Merge fields

  get mergeFields(): readonly MergeField[] {
    return this.#mergeFields;
  }

  addMergeField(given: NewMergeField): MergeField {
    const id = 1 + Math.max(0, ...this.#mergeFields.map((field) => field.id));
    const field: MergeField = {
      id,
      tag: given.tag ?? `MMERGE${id}`,
      name: given.name,
      type: given.type,
      required: given.required ?? false,
      defaultValue: given.defaultValue ?? '',
      isPublic: given.isPublic ?? true,
      choices: given.choices ?? [],
      displayOrder: given.displayOrder ?? id + 1,
      helpText: given.helpText ?? '',
    };
    this.#mergeFields = [...this.#mergeFields, field];
    return field;
  }

  /** Changes a field; its type cannot change (reference 8.2), and values follow its tag. Throws on an unknown tag. */
  changeMergeField(tag: string, change: Partial<Omit<MergeField, 'id' | 'type'>>): MergeField {
    const present = this.#mergeFields.find((field) => field.tag === tag);
    if (present === undefined) throw new Error(`Audience ${this.id} has no merge field ${tag}`);
    const changed: MergeField = { ...present, ...change };
    this.#mergeFields = this.#mergeFields.map((field) => (field === present ? changed : field));
    if (changed.tag !== tag) this.#renameValues(tag, changed.tag);
    return changed;
  }

  #renameValues(from: string, to: string): void {
    for (const member of this.members()) {
      const { [from]: value, ...others } = member.mergeValues;
      if (value !== undefined) member.mergeValues = { ...others, [to]: value };
    }
  }

  /** Deletes a field with its values, which moves nobody's last_changed. */
  removeMergeField(tag: string): void {
    this.#mergeFields = this.#mergeFields.filter((field) => field.tag !== tag);
    for (const member of this.members()) {
      if (member.mergeValues[tag] === undefined) continue;
      const { [tag]: _, ...left } = member.mergeValues;
      member.mergeValues = left;
    }
  }

  /** Deletes a tag, here and at every member. */
  removeTag(tagId: number): void {
    this.tags.remove(tagId);
    for (const member of this.members()) {
      if (!member.tags.some(({ id }) => id === tagId)) continue;
      member.tags = member.tags.filter(({ id }) => id !== tagId);
      this.touch(member);
    }
  }

  /** Deletes a category with its interests. */
  removeCategory(categoryId: string): void {
    for (const { id } of this.interests.findCategory(categoryId)?.interests ?? []) this.removeInterest(id);
    this.interests.removeCategory(categoryId);
  }

  /** Deletes an interest, here and at every member, which moves nobody's last_changed. An unknown one is no error. */
  removeInterest(interestId: string): void {
    this.interests.remove(interestId);
    for (const member of this.members()) {
      if (member.interests.has(interestId)) member.interests = without(member.interests, interestId);
    }
  }
}

function without<T>(set: ReadonlySet<T>, item: T): ReadonlySet<T> {
  const left = new Set(set);
  left.delete(item);
  return left;
}
