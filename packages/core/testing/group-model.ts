import { chooseAddresses } from '../src/decide/choose-address.ts';
import { statusWithoutRow } from '../src/decide/group-history.ts';
import type { Owner } from '../src/decide/match-contact.ts';
import type { ContactAddress } from '../src/domain/contact-address.ts';
import { addressKey } from '../src/domain/email.ts';
import type { CivicrmFacts, HistoryRow } from '../src/domain/facts.ts';
import { type ContactId, contactId } from '../src/domain/ids.ts';
import type { Instant } from '../src/domain/instant.ts';

interface Contact {
  readonly id: ContactId;
  state: 'live' | 'trashed' | 'erased';
  row: 'Added' | 'Removed' | 'Pending' | 'unknown' | null;
  history: HistoryRow[];
  addresses: ContactAddress[];
}

/** What staff, forms and integrations do in CiviCRM. `saves`: an integration that writes the row again as it is. */
export type CivicrmAct =
  | 'staff-adds'
  | 'form-adds'
  | 'integration-adds'
  | 'staff-removes'
  | 'leaves-by-mail'
  | 'deletes-row'
  | 'saves'
  | 'is-unconfirmed'
  | 'trashes'
  | 'restores'
  | 'erases'
  | 'puts-on-hold'
  | 'lifts-hold';

/** A CiviCRM group in memory: contacts, their rows, and the history that every write leaves (civicrm-recorded.md 0.2, 0.3, 0.8, 0.9). */
export interface GroupModel {
  act(kind: CivicrmAct, id: ContactId): void;
  addContact(...addresses: readonly string[]): ContactId;
  addAddress(id: ContactId, address: string): void;
  /** Our own writes; each does nothing where it is so already. CiviCRM has accepted it when it returns. */
  write(status: 'Added' | 'Removed', id: ContactId): true;
  hold(id: ContactId, address: string): true;
  facts(id: ContactId): CivicrmFacts;
  contactIds(): readonly ContactId[];
  ownersOf(address: string): readonly Owner[];
}

export function createGroup(now: () => Instant): GroupModel {
  const contacts = new Map<ContactId, Contact>();
  let made = 0;
  let rows = 0;

  const get = (id: ContactId): Contact => {
    const contact = contacts.get(id);
    if (contact === undefined) throw new Error(`no contact ${id}`);
    return contact;
  };
  const record = (contact: Contact, status: string, method: string, byUs = false): void => {
    rows += 1;
    contact.history.push({ id: rows, at: now(), status, method, byUs });
  };
  const set = (contact: Contact, row: NonNullable<Contact['row']>, method: string): void => {
    contact.row = row;
    record(contact, row === 'unknown' ? 'Bogus' : row, method);
  };

  /** CiviCRM's own screens write nothing for somebody who is Added already. */
  const join = (contact: Contact, method: string): void => {
    if (contact.row !== 'Added') set(contact, 'Added', method);
  };
  const save = (contact: Contact): void => {
    if (contact.row !== null) record(contact, contact.row === 'unknown' ? 'Bogus' : contact.row, 'API');
  };

  const ACTS: Readonly<Record<CivicrmAct, (contact: Contact) => void>> = {
    'staff-adds': (contact) => join(contact, 'Admin'),
    'form-adds': (contact) => join(contact, 'Web'),
    'integration-adds': (contact) => join(contact, 'API'),
    'staff-removes': (contact) => set(contact, 'Removed', 'Admin'),
    'leaves-by-mail': (contact) => set(contact, 'Removed', 'Email'),
    'deletes-row': (contact) => {
      if (contact.row === null) return;
      contact.row = null;
      record(contact, 'Deleted', 'Admin');
    },
    saves: save,
    'is-unconfirmed': (contact) => set(contact, contact.id % 2 === 0 ? 'Pending' : 'unknown', 'API'),
    trashes: (contact) => {
      contact.state = 'trashed';
    },
    restores: (contact) => {
      contact.state = 'live';
    },
    erases: (contact) => Object.assign(contact, { state: 'erased', row: null, history: [], addresses: [] }),
    'puts-on-hold': (contact) => setHold(contact, contact.addresses[0]?.address, true),
    'lifts-hold': (contact) => setHold(contact, contact.addresses[0]?.address, false),
  };

  return {
    act: (kind, id) => {
      const contact = get(id);
      const isThere = contact.state === 'live' || (kind === 'restores' && contact.state === 'trashed');
      if (isThere || (kind === 'erases' && contact.state === 'trashed')) ACTS[kind](contact);
    },
    addContact: (...addresses) => {
      made += 1;
      const id = contactId(made);
      contacts.set(id, { id, state: 'live', row: null, history: [], addresses: [] });
      for (const address of addresses) addAddress(get(id), address);
      return id;
    },
    addAddress: (id, address) => addAddress(get(id), address),
    write: (status, id) => {
      const contact = get(id);
      const isNeeded = contact.row !== status && (status === 'Added' || contact.row !== null);
      if (isNeeded) {
        contact.row = status;
        record(contact, status, 'API', true);
      }
      return true;
    },
    hold: (id, address) => {
      setHold(get(id), address, true);
      return true;
    },
    facts: (id) => factsOf(get(id)),
    contactIds: () => [...contacts.keys()],
    ownersOf: (address) =>
      [...contacts.values()].filter((contact) => holds(contact, address)).flatMap(ownerOf),
  };
}

const holds = ({ addresses }: Contact, address: string): boolean =>
  addresses.some((held) => addressKey(held.address) === addressKey(address));

function addAddress(contact: Contact, address: string): void {
  if (contact.state !== 'live' || holds(contact, address)) return;
  const id = contact.id * 100 + contact.addresses.length;
  contact.addresses.push({
    id,
    address,
    isPrimary: contact.addresses.length === 0,
    isBulkmail: false,
    isOnHold: false,
  });
}

function setHold(contact: Contact, address: string | undefined, isOnHold: boolean): void {
  contact.addresses = contact.addresses.map((held) =>
    address !== undefined && addressKey(held.address) === addressKey(address) ? { ...held, isOnHold } : held,
  );
}

function factsOf({ id, state, row, history, addresses }: Contact): CivicrmFacts {
  return {
    contactId: id,
    state,
    group: row ?? statusWithoutRow(history),
    history: [...history],
    ...chooseAddresses(addresses),
    flags: [],
  };
}

function ownerOf({ id, state, row, history, addresses }: Contact): readonly Owner[] {
  if (state === 'erased') return [];
  return [
    {
      contactId: id,
      state,
      isIndividual: true,
      isAdded: row === 'Added',
      hasHistory: history.length > 0,
      flags: [],
      hasHeldAddress: addresses.some(({ isOnHold }) => isOnHold),
    },
  ];
}
