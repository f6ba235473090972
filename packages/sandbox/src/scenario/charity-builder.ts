import type { ContactValues } from '../civicrm/contacts.ts';
import type { SeededEmail, SeededEvent } from '../civicrm/seeding.ts';
import type { MemberSeed } from '../mailchimp/new-member.ts';
import type { Random } from '../random.ts';
import type { SandboxParts } from '../sandbox.ts';
import { type Person, PersonMaker } from './person-maker.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const YEAR_MS = 365 * DAY_MS;

/** Nothing of a charity's past is younger than this, so that an incremental run right after the first finds nothing new. */
const QUIET_MS = 3 * DAY_MS;

const METHODS = ['Admin', 'Admin', 'Web', 'API', 'Email', 'Form'] as const;

/** An interest and its group. */
export interface CharityInterest {
  readonly interestId: string;
  readonly groupId: number;
}

/** Puts people in place on both sides, with a past. Dates are ms since 1970. */
export class CharityBuilder {
  readonly listId: string;
  readonly groupId: number;
  readonly volunteersId: number;
  readonly random: Random;
  readonly people: PersonMaker;
  readonly #parts: SandboxParts;
  readonly #now: number;
  readonly #events: SeededEvent[] = [];
  readonly #interests: readonly CharityInterest[];
  #likers = 0;

  constructor(
    parts: SandboxParts,
    random: Random,
    places: {
      readonly listId: string;
      readonly groupId: number;
      readonly volunteersId: number;
      readonly interests: readonly CharityInterest[];
    },
  ) {
    this.#parts = parts;
    this.random = random;
    this.people = new PersonMaker(random);
    this.listId = places.listId;
    this.groupId = places.groupId;
    this.volunteersId = places.volunteersId;
    this.#interests = places.interests;
    this.#now = parts.clock.now();
  }

  /** Some time in the last six years, more often lately. */
  longAgo(): number {
    const age = QUIET_MS + 60 * DAY_MS + 6 * YEAR_MS * this.random.next() ** 1.6;
    return this.#now - Math.round(age);
  }

  /** Some time after another, at least an hour later, and still long enough ago. */
  after(at: number): number {
    const span = this.#now - QUIET_MS - at - 60 * MINUTE_MS;
    return at + 60 * MINUTE_MS + Math.round(span * this.random.next());
  }

  /** A contact with addresses, made and last changed in the past. Returns its id. */
  contact(
    person: Pick<Person, 'firstName' | 'lastName'>,
    emails: readonly SeededEmail[],
    more: ContactValues = {},
  ): number {
    return this.#seed(
      { contact_type: 'Individual', first_name: person.firstName, last_name: person.lastName, ...more },
      emails,
    );
  }

  organisation(kind: 'Organization' | 'Household', name: string, emails: readonly SeededEmail[]): number {
    return this.#seed(
      { contact_type: kind, [kind === 'Organization' ? 'organization_name' : 'household_name']: name },
      emails,
    );
  }

  /** Added to the group, at the given time and ever since; some have come and gone before. */
  added(contactId: number, at = this.longAgo()): void {
    if (this.random.chance(0.04)) {
      const earlier = at - this.random.int(1, 300) * DAY_MS;
      this.#note(contactId, 'Added', earlier - this.random.int(1, 300) * DAY_MS);
      // By staff: whoever left by mail and came back by a form would have to be asked (sync-rules.md 2.3).
      this.#note(contactId, 'Removed', earlier, 'Admin');
    }
    this.#note(contactId, 'Added', at);
    // Saving the same again writes history too; it does not move the date of joining.
    if (this.random.chance(0.03)) this.#note(contactId, 'Added', this.after(at), 'API');
    this.#member(contactId, 'Added');
  }

  /** Left by the link in a mail, and joined again by a form on the site. */
  addedAgainByThemselves(contactId: number): void {
    const leftAt = this.longAgo();
    this.#note(contactId, 'Added', leftAt - this.random.int(1, 900) * DAY_MS);
    this.#note(contactId, 'Removed', leftAt, 'Email');
    this.#note(contactId, 'Added', this.after(leftAt), 'Web');
    this.#member(contactId, 'Added');
  }

  /** Was in the group, and left it at the given time. */
  removed(contactId: number, at: number): void {
    this.#note(contactId, 'Added', at - this.random.int(1, 900) * DAY_MS);
    this.#note(contactId, 'Removed', at);
    this.#member(contactId, 'Removed');
  }

  /** Was in the group until staff deleted the membership: only the history knows. */
  deleted(contactId: number, at: number): void {
    this.#note(contactId, 'Added', at - this.random.int(1, 900) * DAY_MS);
    this.#note(contactId, 'Deleted', at, 'Admin');
  }

  /** Asked to confirm by mail, and has not. */
  pending(contactId: number): void {
    this.#note(contactId, 'Pending', this.longAgo(), 'Email');
    this.#member(contactId, 'Pending');
  }

  volunteer(contactId: number): void {
    this.#parts.civicrm.world.seedMembership(this.volunteersId, contactId, 'Added');
    const { volunteersId: groupId } = this;
    this.#events.push({ groupId, contactId, status: 'Added', method: 'Admin', at: this.longAgo() });
  }

  /** A Mailchimp member. Whoever opted in did so by the given time and was not changed before. */
  member(person: Person, seed: Omit<MemberSeed, 'email'> & { readonly email?: string } = {}): void {
    const optedInAt = seed.optedInAt ?? this.longAgo();
    this.#parts.mailchimp.world.seedMember(this.listId, {
      email: person.email,
      mergeValues: { FNAME: person.firstName, LNAME: person.lastName },
      ...(seed.status === 'transactional' || seed.status === 'pending' ? {} : { optedInAt }),
      // Reading, clicking and editing move last_changed without any change of status.
      lastChangedAt: this.random.chance(0.2) ? this.after(optedInAt) : optedInAt,
      ...seed,
    });
  }

  /**
   * What somebody likes who is in on both sides: mostly nothing, often the same on both. One in fifty has an interest at Mailchimp alone, one in a group alone, and one lacks a name at
   * Mailchimp. Counted rather than drawn by lot, so that everything else of a charity stays what its seed made it.
   */
  likes(contactId: number, email: string): void {
    const at = this.#likers;
    this.#likers += 1;
    const member = this.#parts.mailchimp.world.audience(this.listId).find(email);
    const liked = this.#interests[at % this.#interests.length];
    if (member === undefined || liked === undefined) return;
    const atMailchimp = at % 3 === 0 || at % 50 === 7;
    const inCivicrm = at % 3 === 0 || at % 50 === 13;
    if (atMailchimp) member.interests = new Set([liked.interestId]);
    if (inCivicrm) this.#joinInterest(liked.groupId, contactId);
    if (at % 50 === 20) member.mergeValues = { LNAME: member.mergeValues['LNAME'] ?? '' };
  }

  #joinInterest(groupId: number, contactId: number): void {
    this.#parts.civicrm.world.seedMembership(groupId, contactId, 'Added');
    const at = this.#now - QUIET_MS - YEAR_MS;
    this.#events.push({ groupId, contactId, status: 'Added', method: 'Admin', at });
  }

  /** To be called once, at the end: history gets its ids in the order of its dates. */
  finish(): void {
    this.#parts.civicrm.world.seedHistory(this.#events);
  }

  #seed(values: ContactValues, emails: readonly SeededEmail[]): number {
    const createdAt = this.longAgo();
    const modifiedAt = this.random.chance(0.5) ? this.after(createdAt) : createdAt;
    return this.#parts.civicrm.world.seedContact({ values, createdAt, modifiedAt, emails });
  }

  #note(contactId: number, status: string, at: number, method: string = this.random.pick(METHODS)): void {
    this.#events.push({ groupId: this.groupId, contactId, status, method, at });
  }

  #member(contactId: number, status: string): void {
    this.#parts.civicrm.world.seedMembership(this.groupId, contactId, status);
  }
}
