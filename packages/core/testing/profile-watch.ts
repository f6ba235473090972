import { expect } from 'vitest';
import type { LiveHistory } from './live-history.ts';

/** An interest or a name as each side has it. */
type Sides = readonly [mailchimp: boolean | string, civicrm: boolean | string];

/** Somebody whom nothing ties to anybody else: one member, one contact, one address, in on both sides. Of them it can be foreseen what becomes of what both sides change. */
interface PlainPerson {
  readonly address: string;
  readonly interests: ReadonlyMap<string, Sides>;
  readonly names: ReadonlyMap<string, Sides>;
  /** What is on record of them. */
  readonly told: readonly string[];
}
type PlainPeople = ReadonlyMap<string, PlainPerson>;

/** What is foreseen of one person: each interest and name with the value that both sides will have. */
interface Foreseen {
  readonly values: ReadonlyMap<string, boolean | string>;
  readonly isLostUpdate: boolean;
}

/**
 * Rules sections 4 and 5 from outside, of plain people: between two syncs that saw everything settled, whoever differs from what both had agreed has changed it, and their
 * change survives whatever the other side has changed meanwhile; a name that both changed is CiviCRM's.
 */
export class ProfileWatch {
  readonly #history: LiveHistory;
  #agreed: PlainPeople = new Map();
  #foreseen: ReadonlyMap<string, Foreseen> = new Map();
  #metLostUpdates = 0;

  constructor(history: LiveHistory) {
    this.#history = history;
  }

  /** How often one side had changed an interest and the other side another one, and both survived. */
  get metLostUpdates(): number {
    return this.#metLostUpdates;
  }

  /** To be called before a sync. `isSettled`: no update of an earlier one is under way. */
  async foresee(isSettled: boolean): Promise<void> {
    if (!isSettled) this.#agreed = new Map();
    const now = this.#agreed.size === 0 ? new Map<string, PlainPerson>() : await this.#look('all');
    this.#foreseen = new Map(
      [...now].flatMap(([key, person]) => {
        const agreed = this.#agreed.get(key);
        return agreed === undefined ? [] : [[key, foreseeOf(agreed, person)]];
      }),
    );
  }

  /** To be called after a sync. `isSettled`: it saw everything settled, nothing happened meanwhile, and all of its updates have been settled. */
  async compare(isSettled: boolean): Promise<void> {
    const after: PlainPeople = isSettled ? await this.#look('agreed') : new Map();
    for (const [key, { values, isLostUpdate }] of this.#foreseen) {
      const person = after.get(key);
      if (person === undefined) continue;
      for (const [name, value] of values)
        expect(sidesOf(person, name), `4, 5: ${name} of ${person.address}`).toEqual([value, value]);
      if (isLostUpdate) this.#metLostUpdates += 1;
    }
    this.#agreed = after;
  }

  /** I1 for interests and names: what differs in the end is on record. */
  async expectAgreed(): Promise<void> {
    for (const { address, interests, names, told } of (await this.#look('agreed')).values()) {
      for (const [name, [mailchimp, civicrm]] of interests) {
        if (mailchimp === civicrm || told.some((code) => code.startsWith('interest-'))) continue;
        throw new Error(`I1, 4: ${name} of ${address} differs, and nothing says why`);
      }
      for (const [name, [mailchimp, civicrm]] of names) {
        if (mailchimp === civicrm || mailchimp === '' || civicrm === '' || told.includes(name)) continue;
        throw new Error(`I1, 5: ${name} of ${address} differs, and nothing says why`);
      }
    }
  }

  async #look(which: 'all' | 'agreed'): Promise<PlainPeople> {
    const { store, connection, sandbox, interests } = this.#history;
    const { world } = sandbox.civicrm;
    const audience = sandbox.mailchimp.world.audience(connection.audienceId);
    const rows = await store.db.member.findMany({
      select: { mailchimpContactId: true, contactId: true, warnings: true, fieldNotes: true },
      where: {
        connectionId: connection.id,
        hasKin: false,
        mailchimpStatus: 'subscribed',
        groupStatus: 'Added',
        ...(which === 'agreed' && { syncStatus: 'ok' }),
      },
    });
    const people = new Map<string, PlainPerson>();
    for (const { mailchimpContactId, contactId, warnings, fieldNotes } of rows) {
      const member = mailchimpContactId === null ? undefined : audience.find(mailchimpContactId);
      const contact = contactId === null ? undefined : world.tables.contacts.get(contactId);
      if (member?.status !== 'subscribed' || contact === undefined || contact.is_deleted) continue;
      const [email, ...others] = world.emailsOf(contact.id);
      const isAlone = others.length === 0 && world.findHolders(member.email).length === 1;
      if (!isAlone || email?.on_hold !== 0 || email.email !== member.email.toLowerCase()) continue;
      if (world.statusOf(connection.groupId, contact.id) !== 'Added') continue;
      people.set(`${member.contactId} ${contact.id}`, {
        address: member.email,
        interests: new Map(
          interests.map(({ id, groupId }, at) => [
            `interest ${at}`,
            [member.interests.has(id), world.statusOf(groupId, contact.id) === 'Added'],
          ]),
        ),
        names: new Map([
          ['FNAME', [String(member.mergeValues['FNAME'] ?? ''), contact.first_name ?? '']],
          ['LNAME', [String(member.mergeValues['LNAME'] ?? ''), contact.last_name ?? '']],
        ]),
        told: [...warnings, ...(fieldNotes as { mergeTag: string }[]).map(({ mergeTag }) => mergeTag)],
      });
    }
    return people;
  }
}

const sidesOf = ({ interests, names }: PlainPerson, name: string): Sides | undefined =>
  interests.get(name) ?? names.get(name);

function foreseeOf(agreed: PlainPerson, now: PlainPerson): Foreseen {
  const values = new Map<string, boolean | string>();
  const changedBy = new Set<'mailchimp' | 'civicrm'>();
  for (const [name, [mailchimp, civicrm]] of now.interests) {
    const base = agreedOn(agreed.interests.get(name));
    if (base === undefined) continue;
    values.set(name, mailchimp === base ? civicrm : mailchimp);
    if (mailchimp !== base && civicrm === base) changedBy.add('mailchimp');
    if (civicrm !== base && mailchimp === base) changedBy.add('civicrm');
  }
  for (const [name, [mailchimp, civicrm]] of now.names) {
    const base = agreedOn(agreed.names.get(name));
    // An empty name overwrites none.
    if (base === undefined || base === '' || mailchimp === '' || civicrm === '') continue;
    values.set(name, civicrm === base ? mailchimp : civicrm);
  }
  return { values, isLostUpdate: changedBy.size === 2 };
}

const agreedOn = (sides: Sides | undefined): boolean | string | undefined =>
  sides !== undefined && sides[0] === sides[1] ? sides[0] : undefined;
