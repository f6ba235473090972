import type { SandboxClock } from '../clock.ts';
import type { Random } from '../random.ts';
import { writePrimaryDetails } from './api/detail-writers.ts';
import { runSearch } from './api/run-search.ts';
import { type Caller, type CallerName, createAnonymous } from './callers.ts';
import {
  type AddressDetails,
  type ContactDetails,
  contactColumns,
  type EmailDetails,
  flagColumns,
  given,
  locationTypeId,
  type NewContact,
  type NewCustomField,
  type PrivacyFlags,
} from './contact-details.ts';
import {
  type ContactValues,
  createContact,
  eraseContact,
  restoreContact,
  trashContact,
  updateContact,
} from './contacts.ts';
import { createEmail, deleteEmail, updateEmail } from './emails.ts';
import { furnish } from './furnish.ts';
import { createGroup, deleteGroup, MAILING_LIST, updateGroup } from './groups.ts';
import {
  addToGroup,
  deleteMembership,
  type Mark,
  rejoinGroup,
  removeFromGroup,
  restoreGroup,
} from './memberships.ts';
import { mergeContacts } from './merges.ts';
import {
  type SeededContact,
  type SeededEmail,
  type SeededEvent,
  seedContact,
  seedEmail,
  seedHistory,
  seedMembership,
} from './seeding.ts';
import { type Site, type SmartGroupMembers, siteNow } from './site.ts';
import { CivicrmTables } from './tables/civicrm-tables.ts';
import type { ContactRow, EmailRow, FieldValue, GroupRow, HistoryRow } from './tables/rows.ts';
import { createTag, tagContact } from './tags.ts';
import { TimeZone } from './time-zone.ts';

export interface CivicrmWorldOptions {
  readonly clock: SandboxClock;
  readonly random: Random;
  /** Default 6.13.3, the one recorded. */
  readonly version?: string;
  /** An IANA name; default UTC. */
  readonly timeZone?: string;
  /** Puts in place what is there before the first request, and returns who may call; default: furnish.ts. */
  readonly furnish?: (site: Site) => readonly Caller[];
}

const ADMIN: Mark = { method: 'Admin', tracking: null };
const MAIL: Mark = { method: 'Email', tracking: null };
const WEB: Mark = { method: 'Web', tracking: null };

/**
 * One CiviCRM: its tables, its callers, and what its staff and its people do to it by the screens and by mail. All acts happen now
 * and throw an Error if what they name is not there.
 */
export class CivicrmWorld implements Site {
  readonly tables = new CivicrmTables();
  readonly clock: SandboxClock;
  readonly random: Random;
  readonly smartGroupMembers = new Map<number, SmartGroupMembers>();
  readonly anonymous = createAnonymous();
  readonly cmsUsers: ReadonlySet<number>;
  readonly apiKeys: ReadonlyMap<number, string>;
  /** For the guard `site_key` of authx. */
  readonly siteKey: string;
  version: string;
  trash: 'on' | 'off' = 'on';
  maintenance: 'on' | 'off' = 'off';
  #timeZone: TimeZone;
  readonly #callers = new Map<string, Caller>();

  constructor(options: CivicrmWorldOptions) {
    const { clock, random, version = '6.13.3', timeZone = 'UTC' } = options;
    this.clock = clock;
    this.random = random;
    this.version = version;
    this.#timeZone = new TimeZone(timeZone);
    this.siteKey = random.hex(32);
    for (const caller of (options.furnish ?? furnish)(this)) this.#callers.set(caller.name, caller);
    this.cmsUsers = new Set([...this.#callers.values()].flatMap(({ contactId }) => contactId ?? []));
    this.apiKeys = new Map(
      [...this.#callers.values()].map(({ contactId, apiKey }) => [contactId ?? 0, apiKey ?? '']),
    );
  }

  get timeZone(): TimeZone {
    return this.#timeZone;
  }

  /** Moves the site to another time zone; stored moments stay what they are. */
  setTimeZone(name: string): void {
    this.#timeZone = new TimeZone(name);
  }

  /** One of the callers of callers.ts, whose rights may be changed at any time. */
  caller(name: CallerName): Caller {
    return required(this.#callers.get(name), `The caller ${name}`);
  }

  /** As somebody who may see everything: who is in a smart group does not depend on who asks. */
  findBySearch(searchId: number): readonly number[] | undefined {
    return runSearch(this, this.caller('admin'), searchId);
  }

  findByKey(apiKey: string): Caller | undefined {
    return [...this.#callers.values()].find((caller) => caller.apiKey === apiKey);
  }

  /** The id under which an error stands in the site's log: `Choz-a4gK-dNsQ`. */
  takeErrorId(): string {
    return this.random.hex(12).replace(/(.{4})(.{4})(.{4})/, '$1-$2-$3');
  }

  // People

  createContact(person: NewContact): number {
    const row = createContact(this, { ...contactColumns(person), ...flagColumns(person) });
    for (const email of person.emails ?? []) {
      this.addEmail(row.id, typeof email === 'string' ? { email } : email);
    }
    return row.id;
  }

  editContact(contactId: number, details: ContactDetails): void {
    updateContact(this, this.contact(contactId), contactColumns(details));
  }

  /** The primary address. */
  setAddress(contactId: number, address: AddressDetails): void {
    writePrimaryDetails(this, this.contact(contactId).id, { address: { ...address }, phone: {} });
  }

  /** The primary phone. */
  setPhone(contactId: number, phone: string): void {
    writePrimaryDetails(this, this.contact(contactId).id, { address: {}, phone: { phone } });
  }

  /** Adds a field of the site's own to contacts; its path is `group.name`. */
  addCustomField({ group, name, dataType = 'String', options }: NewCustomField): void {
    const { customGroups, customFields } = this.tables;
    const known = customGroups.all().find((other) => other.name === group);
    const owner = known ?? {
      id: customGroups.takeId(),
      name: group,
      title: group,
      extends: 'Contact',
      is_active: true,
      is_multiple: false,
    };
    if (known === undefined) customGroups.insert(owner);
    customFields.insert({
      id: customFields.takeId(),
      custom_group_id: owner.id,
      name,
      label: name,
      data_type: dataType,
      html_type: options === undefined ? 'Text' : 'Select',
      text_length: dataType === 'String' ? 255 : null,
      serialize: 0,
      option_values: options === undefined ? null : JSON.stringify(options),
      is_active: true,
    });
  }

  /** Values of the site's own fields, by their paths. */
  setCustom(contactId: number, values: Readonly<Record<string, FieldValue>>): void {
    updateContact(this, this.contact(contactId), values as ContactValues); // paths of fields are columns too
  }

  /** A tag leaves no trace: `modified_date` stays (civicrm-api.md 5.1). It is made where there is none. */
  tagContact(contactId: number, label: string): void {
    tagContact(this, this.ensureTag(label), this.contact(contactId).id);
  }

  untagContact(contactId: number, label: string): void {
    const worn = this.tables.entityTags.find(this.ensureTag(label), contactId);
    if (worn !== undefined) this.tables.entityTags.delete(worn);
  }

  /** The id of the tag of this label, made where there is none. */
  ensureTag(label: string): number {
    const known = this.tables.tags.all().find((tag) => tag.label === label);
    return (known ?? createTag(this, { label }, null)).id;
  }

  setFlags(contactId: number, flags: PrivacyFlags): void {
    updateContact(this, this.contact(contactId), flagColumns(flags));
  }

  trashContact(contactId: number): void {
    trashContact(this, this.contact(contactId));
  }

  restoreContact(contactId: number): void {
    restoreContact(this, this.contact(contactId));
  }

  /** Deletes for good; nothing is left to see. */
  eraseContact(contactId: number): void {
    eraseContact(this, this.contact(contactId));
  }

  mergeContacts(keepId: number, loseId: number): void {
    mergeContacts(this, this.contact(keepId), this.contact(loseId));
  }

  // Addresses

  addEmail(contactId: number, { locationType, ...email }: EmailDetails): number {
    const { email: address, isPrimary, isBulkmail, onHold } = email;
    return createEmail(this, {
      contact_id: this.contact(contactId).id,
      email: address,
      location_type_id: locationTypeId(locationType),
      on_hold: onHold ?? 0,
      ...given({ is_primary: isPrimary, is_bulkmail: isBulkmail }),
    }).id;
  }

  editEmail(emailId: number, change: Partial<EmailDetails>): void {
    const { email, isPrimary, isBulkmail, onHold, locationType } = change;
    updateEmail(this, this.email(emailId), {
      ...given({ email, is_primary: isPrimary, is_bulkmail: isBulkmail, on_hold: onHold }),
      ...(locationType === undefined ? {} : { location_type_id: locationTypeId(locationType) }),
    });
  }

  deleteEmail(emailId: number): void {
    deleteEmail(this, this.email(emailId));
  }

  /** Mail to the address came back. */
  holdEmail(emailId: number): void {
    updateEmail(this, this.email(emailId), { on_hold: 1 });
  }

  unholdEmail(emailId: number): void {
    updateEmail(this, this.email(emailId), { on_hold: 0 });
  }

  // Groups

  createGroup(title: string): number {
    return createGroup(this, {
      title,
      group_type: [MAILING_LIST],
      created_id: this.caller('admin').contactId,
    }).id;
  }

  renameGroup(groupId: number, title: string): void {
    updateGroup(this, this.group(groupId), { title });
  }

  disableGroup(groupId: number): void {
    updateGroup(this, this.group(groupId), { is_active: false });
  }

  enableGroup(groupId: number): void {
    updateGroup(this, this.group(groupId), { is_active: true });
  }

  /** Its memberships and their history go with it. */
  deleteGroup(groupId: number): void {
    deleteGroup(this, this.group(groupId));
  }

  /** Turns the group into a smart one whose search finds these contacts; memberships set by hand stay as exceptions. */
  makeSmart(groupId: number, found: readonly number[] = []): void {
    updateGroup(this, this.group(groupId), { saved_search_id: groupId });
    this.smartGroupMembers.set(groupId, { contactIds: [...found], expiresAt: Number.POSITIVE_INFINITY });
  }

  addChildGroup(parentId: number, childId: number): void {
    const child = this.group(childId);
    updateGroup(this, child, { parents: [...(child.parents ?? []), this.group(parentId).id] });
  }

  // Memberships, each by the way it is done in life (civicrm-recorded.md 11)

  /** Staff add somebody on screen. */
  addToGroup(groupId: number, contactId: number): void {
    addToGroup(this, this.group(groupId).id, this.contact(contactId).id, ADMIN);
  }

  /** Staff remove somebody on screen. */
  removeFromGroup(groupId: number, contactId: number): void {
    removeFromGroup(this, this.group(groupId).id, this.contact(contactId).id, ADMIN);
  }

  /** Staff delete a membership on screen: the row is gone, the history says Deleted. */
  deleteFromGroup(groupId: number, contactId: number): void {
    const row = this.tables.groupContacts.find(groupId, contactId);
    deleteMembership(
      this,
      required(row, `The membership of contact ${contactId} in group ${groupId}`),
      ADMIN,
    );
  }

  /** A script deletes a row of the table by itself: the membership is gone, and the history says nothing of it. */
  loseMembership(groupId: number, contactId: number): void {
    const row = this.tables.groupContacts.find(groupId, contactId);
    this.tables.groupContacts.delete(
      required(row, `The membership of contact ${contactId} in group ${groupId}`),
    );
  }

  /** One group is as a backup of that moment has it: what has happened to it since never did, and ids that were given since are given again. */
  restoreGroup(groupId: number, at: number): void {
    restoreGroup(this, this.group(groupId).id, at);
  }

  /** Staff click "Rejoin" beside a past membership. */
  rejoinGroup(groupId: number, contactId: number): void {
    rejoinGroup(this, this.group(groupId).id, this.contact(contactId).id, ADMIN);
  }

  /** The person leaves by the link in a CiviCRM mailing. */
  unsubscribeByMail(groupId: number, contactId: number): void {
    removeFromGroup(this, this.group(groupId).id, this.contact(contactId).id, MAIL);
  }

  /** The person joins by a form on the site. */
  joinByWeb(groupId: number, contactId: number): void {
    addToGroup(this, this.group(groupId).id, this.contact(contactId).id, WEB);
  }

  /** The person opts out of all bulk mail: a flag and a mark in the history, no group. */
  optOutByMail(contactId: number): void {
    this.setFlags(contactId, { isOptOut: true });
    seedHistory(this, [{ groupId: null, contactId, status: 'Removed', method: 'Email', at: siteNow(this) }]);
  }

  // The past, put in place at once and without the rules of the present

  seedContact(contact: SeededContact): number {
    return seedContact(this, contact).id;
  }

  seedEmail(contactId: number | null, email: SeededEmail): number {
    return seedEmail(this, contactId, email).id;
  }

  /** Any status: Added, Removed, Pending. */
  seedMembership(groupId: number, contactId: number, status: string): void {
    seedMembership(this, groupId, contactId, status);
  }

  /** In the order of their dates, whatever order they are given in. */
  seedHistory(events: readonly SeededEvent[]): void {
    seedHistory(this, events);
  }

  // What there is

  contact(id: number): ContactRow {
    return required(this.tables.contacts.get(id), `Contact ${id}`);
  }

  email(id: number): EmailRow {
    return required(this.tables.emails.get(id), `E-mail ${id}`);
  }

  group(id: number): GroupRow {
    return required(this.tables.groups.get(id), `Group ${id}`);
  }

  emailsOf(contactId: number): readonly EmailRow[] {
    return this.tables.emails.ofContact(contactId);
  }

  /** The status of the membership, or null if there is none. */
  statusOf(groupId: number, contactId: number): string | null {
    return this.tables.groupContacts.find(groupId, contactId)?.status ?? null;
  }

  /** The contacts Added to a group, in the trash or not, by id. */
  addedTo(groupId: number): readonly number[] {
    const rows = this.tables.groupContacts.inGroupFrom(groupId, 0);
    return rows.filter(({ status }) => status === 'Added').map(({ contact_id: id }) => id);
  }

  /** One contact's history with a group, oldest first. */
  historyOf(groupId: number, contactId: number): readonly HistoryRow[] {
    return this.tables.history.ofContact(contactId).filter(({ group_id: id }) => id === groupId);
  }

  /** The contacts, in the trash too, that hold an address, in whatever case it is written. */
  findHolders(email: string): readonly number[] {
    const wanted = email.trim().toLowerCase();
    const rows = this.tables.emails
      .withAddress(wanted)
      .filter((row) => row.email.trim().toLowerCase() === wanted);
    return [...new Set(rows.flatMap(({ contact_id: id }) => id ?? []))].sort((a, b) => a - b);
  }
}

function required<T>(found: T | undefined, what: string): T {
  if (found === undefined) throw new Error(`${what} does not exist in the sandbox's CiviCRM`);
  return found;
}
