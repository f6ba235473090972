import type { ContactFlag } from '../../domain/facts.ts';
import { type ContactId, contactId, type GroupId } from '../../domain/ids.ts';
import type { CivicrmReader, CivicrmWriter, NewContact } from './civicrm.ts';

/** What staff do on the site's own screens, and what no API user of ours may do. */
export interface CivicrmStaff {
  readonly trash: (id: ContactId) => Promise<void>;
  readonly erase: (id: ContactId) => Promise<void>;
  readonly merge: (kept: ContactId, lost: ContactId) => Promise<void>;
  readonly flag: (id: ContactId, flag: ContactFlag) => Promise<void>;
  readonly addAddress: (id: ContactId, address: string) => Promise<void>;
  readonly add: (group: GroupId, id: ContactId) => Promise<void>;
  readonly remove: (group: GroupId, id: ContactId) => Promise<void>;
  /** The person leaves by the link in a mail. */
  readonly leaveByMail: (group: GroupId, id: ContactId) => Promise<void>;
  /** Makes a membership of any status. */
  readonly setStatus: (group: GroupId, id: ContactId, status: string) => Promise<void>;
}

/** A site on which the suite may act: an empty group of its own, and addresses that nobody has. */
export interface CivicrmContractWorld {
  readonly reader: CivicrmReader;
  readonly writer: CivicrmWriter;
  readonly staff: CivicrmStaff;
  readonly group: GroupId;
  readonly newAddress: () => string;
  /** How the `tracking` of our own writes begins. */
  readonly ourTracking: string;
  /** CiviCRM's clock, in milliseconds. */
  readonly now: () => number;
}

const signal = new AbortController().signal;

/** People made for a test of the contract, by the writer that it tests. */
export class ContractPeople {
  readonly #world: CivicrmContractWorld;
  readonly #addresses = new Map<ContactId, string>();
  #planned = 0;

  constructor(world: CivicrmContractWorld) {
    this.#world = world;
  }

  plan(firstName: string): NewContact {
    this.#planned += 1;
    const source = `${this.#world.ourTracking}${this.#planned}`;
    return { source, firstName, lastName: 'Test', address: this.#world.newAddress() };
  }

  /** So many live contacts with an address each, ascending by id. */
  async create<Count extends 1 | 2 | 3 | 5>(count: Count): Promise<Tuple<Count>> {
    const wanted = Array.from({ length: count }, () => this.plan('Wilma'));
    const created = await this.#world.writer.createContacts(wanted, signal);
    for (const { source, address } of wanted)
      this.#addresses.set(created.get(source) ?? contactId(0), address);
    return [...created.values()].toSorted((a, b) => a - b) as unknown as Tuple<Count>; // as many as were wanted, or the test fails
  }

  addressOf(id: ContactId): string {
    return this.#addresses.get(id) ?? '';
  }
}

type Tuple<Count extends number, Items extends readonly ContactId[] = []> = Items['length'] extends Count
  ? Items
  : Tuple<Count, readonly [...Items, ContactId]>;
