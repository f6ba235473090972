import type { NewContact } from '@mcsync/sandbox/civicrm/contact-details';
import type { Sandbox } from '@mcsync/sandbox/sandbox';

/** Somebody at Mailchimp: what they and administrators do there, and what became of them. */
export interface Member {
  /** `absent` where there is none now. */
  status(): string;
  signUp(): void;
  /** By a form that asks them to confirm. */
  signUpUnconfirmed(): void;
  confirm(): void;
  unsubscribe(reason?: string): void;
  bounce(): void;
  archive(): void;
  erase(): void;
  adminUnsubscribe(): void;
  adminSubscribe(): void;
  /** How often the API has changed the status. */
  writes(): number;
  /** They change their address there; acts go by the old one no more. */
  changeAddress(address: string): void;
  /** Something that moves `last_changed` and nothing that matters. */
  editProfile(): void;
}

export function memberActs({ mailchimp }: Sandbox, listId: string, address: string): Member {
  const { people } = mailchimp.world;
  return {
    status: () => mailchimp.world.findMember(listId, address)?.status ?? 'absent',
    writes: () =>
      (mailchimp.world.findMember(listId, address)?.history ?? []).filter(({ by }) => by === 'api').length,
    signUp: () => void people.signUp(listId, { email: address }),
    signUpUnconfirmed() {
      const audience = mailchimp.world.audience(listId);
      const member = audience.find(address);
      if (member === undefined) throw new Error(`${address} is nobody at Mailchimp`);
      audience.setStatus(member, 'pending', { by: 'person' });
      mailchimp.world.sendConfirmation(listId, address);
    },
    confirm: () => people.confirm(listId, address),
    unsubscribe: (reason) => people.unsubscribeSelf(listId, address, reason === undefined ? {} : { reason }),
    bounce: () => people.bounce(listId, address),
    archive: () => people.archive(listId, address),
    erase: () => people.deletePermanently(listId, address),
    adminUnsubscribe: () => people.adminUnsubscribe(listId, address),
    adminSubscribe: () => void people.adminSubscribe(listId, address),
    changeAddress: (email) => people.changeAddress(listId, address, email),
    editProfile: () =>
      people.editProfile(listId, address, { mergeValues: { PHONE: String(mailchimp.world.clock.now()) } }),
  };
}

/** Somebody in CiviCRM: what they and staff do there, and what became of them. */
export interface Contact {
  /** Throws where there is none. */
  readonly id: number;
  findId(): number | null;
  /** The row in the group, `none` without one; `trashed`, `erased`; `nobody` where no contact ever was. And whether an address is on hold. */
  status(): string;
  /** How many rows of history are ours. */
  writes(): number;
  add(): void;
  remove(): void;
  /** The row goes, and history says so. */
  deleteRow(): void;
  /** The row goes, and nothing says so. */
  vanish(): void;
  /** An import, or an extension, sets the row to any status. */
  setStatus(status: string): void;
  joinByWeb(): void;
  unsubscribeByMail(): void;
  /** An integration saves the row as it is: history is written and nothing has changed. */
  saveUnchanged(): void;
  trash(): void;
  restore(): void;
  erase(): void;
  flag(flags: Pick<NewContact, 'isOptOut' | 'doNotEmail' | 'isDeceased'>): void;
  hold(): void;
  unhold(): void;
  addAddress(address: string): void;
  changeAddress(address: string): void;
}

/** `contactId` null: whoever comes to hold the address. */
export function contactActs(
  { civicrm: { world } }: Sandbox,
  groupId: number,
  contactId: number | null,
  address: string,
): Contact {
  const findId = () => contactId ?? world.findHolders(address).at(-1) ?? null;
  const id = (): number => {
    const found = findId();
    if (found === null) throw new Error(`nobody holds ${address}`);
    return found;
  };
  const firstEmail = () => world.emailsOf(id())[0]?.id ?? 0;
  return {
    get id() {
      return id();
    },
    findId,
    status() {
      const found = findId();
      if (found === null) return 'nobody';
      const row = world.tables.contacts.get(found);
      if (row === undefined) return 'erased';
      const status = row.is_deleted ? 'trashed' : (world.statusOf(groupId, found) ?? 'none');
      return world.emailsOf(found).some((email) => email.on_hold !== 0) ? `${status}, on hold` : status;
    },
    writes() {
      const found = findId();
      const history = found === null ? [] : world.historyOf(groupId, found);
      return history.filter(({ tracking }) => tracking?.startsWith('mcsync:')).length;
    },
    add: () => world.addToGroup(groupId, id()),
    remove: () => world.removeFromGroup(groupId, id()),
    deleteRow: () => world.deleteFromGroup(groupId, id()),
    vanish() {
      const row = world.tables.groupContacts.find(groupId, id());
      if (row !== undefined) world.tables.groupContacts.delete(row);
    },
    setStatus(status) {
      const row = world.tables.groupContacts.find(groupId, id());
      if (row !== undefined) row.status = status;
      world.seedHistory([{ groupId, contactId: id(), status, method: 'API', at: world.clock.now() }]);
    },
    joinByWeb: () => world.joinByWeb(groupId, id()),
    unsubscribeByMail: () => world.unsubscribeByMail(groupId, id()),
    saveUnchanged() {
      const status = world.statusOf(groupId, id()) ?? '';
      const at = world.clock.now();
      world.seedHistory([{ groupId, contactId: id(), status, method: 'API', at }]);
    },
    trash: () => world.trashContact(id()),
    restore: () => world.restoreContact(id()),
    erase: () => world.eraseContact(id()),
    flag: (flags) => world.setFlags(id(), flags),
    hold: () => world.holdEmail(firstEmail()),
    unhold: () => world.unholdEmail(firstEmail()),
    addAddress: (email) => void world.addEmail(id(), { email }),
    changeAddress: (email) => world.editEmail(firstEmail(), { email }),
  };
}
