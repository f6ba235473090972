import type { RowSeen } from '@mcsync/core/testing/rows-of-scene';
import { hashOf, type Json } from './outside.ts';
import type { Place } from './place.ts';

/** What both systems say of somebody over their APIs, and what `mcsync explain` says of them. What is empty is left out. */
export interface Seen extends RowSeen {
  readonly mailchimp: string;
  readonly civicrm: string;
}

/** Somebody on both sides. What is done to them happens now. */
export interface Person {
  readonly name: string;
  readonly address: string;
  readonly mailchimp: Member;
  readonly civicrm: Contact;
  /** Throws where the service has several rows of them, or none. */
  look(): Promise<Seen>;
  /** Everything that `mcsync explain` says of them. */
  explain(): Promise<Json>;
}

/** Somebody at Mailchimp: what they and administrators do there, and what its API says of them. */
export interface Member {
  signUp(values?: Readonly<Record<string, string>>): Promise<void>;
  unsubscribe(): Promise<void>;
  bounce(): Promise<void>;
  archive(): Promise<void>;
  erase(): Promise<void>;
  adminUnsubscribe(): Promise<void>;
  /** On the page of their preferences. */
  edit(values: Readonly<Record<string, string>>): Promise<void>;
  prefer(interest: number, isOn: boolean): Promise<void>;
  /** Null: there is nobody. */
  fetch(): Promise<Json>;
  /** `absent` where there is nobody. */
  status(): Promise<string>;
  interests(): Promise<readonly boolean[]>;
  tags(): Promise<readonly string[]>;
}

/** Somebody in CiviCRM: what they and staff do there, and what its API says of them. */
export interface Contact {
  create(): Promise<void>;
  /** The contact’s number: the one created, or whoever holds the address and is not in the trash. */
  id(): Promise<number>;
  add(): Promise<void>;
  remove(): Promise<void>;
  /** The row goes, and history says so. */
  deleteRow(): Promise<void>;
  /** The row goes, and nothing says so. */
  loseRow(): Promise<void>;
  trash(): Promise<void>;
  restore(): Promise<void>;
  erase(): Promise<void>;
  mergeInto(other: Person): Promise<void>;
  edit(details: Readonly<Record<string, string>>): Promise<void>;
  tag(label: string): Promise<void>;
  joinInterest(interest: number): Promise<void>;
  leaveInterest(interest: number): Promise<void>;
  /** Null: there is none. */
  fetch(): Promise<Json>;
  /** Their row in the group; `none` without one, `trashed`, `erased`, or `nobody` where no contact has their address. And whether that is on hold. */
  status(): Promise<string>;
  /** Their rows in the groups of the interests. */
  interests(): Promise<readonly string[]>;
}

export function createPerson(
  place: Place,
  { name, address }: { readonly name: string; readonly address: string },
): Person {
  const mailchimp = createMember(place, address);
  const civicrm = createContact(place, name, address);
  const explain = () => place.ask('explain', String(place.connection), address);
  return {
    ...{ name, address, mailchimp, civicrm, explain },
    async look() {
      const { rows } = await explain();
      if (rows.length !== 1) throw new Error(`${rows.length} rows of ${address}: ${JSON.stringify(rows)}`);
      return {
        mailchimp: await mailchimp.status(),
        civicrm: await civicrm.status(),
        ...toSeen(rows[0]),
      };
    },
  };
}

const toSeen = ({
  syncStatus,
  rule,
  agreed,
  reason,
  warnings,
}: Json): Omit<Seen, 'mailchimp' | 'civicrm'> => ({
  sync: syncStatus,
  rule: rule?.id ?? null,
  ...(rule !== null && rule.as !== null && { as: rule.as }),
  base: agreed?.side ?? null,
  ...(reason !== null && { reason }),
  ...(warnings.length > 0 && { warnings: warnings.map(({ code }: Json) => code) }),
});

function createMember({ outside, listId, interests }: Place, email: string): Member {
  const act = async (name: string, more: object = {}) =>
    void (await outside.act(`mailchimp/${name}`, { listId, email, ...more }));
  const fetch = () => outside.askMailchimp('GET', `/lists/${listId}/members/${hashOf(email)}`);
  return {
    signUp: (mergeValues = {}) => act('signUp', { mergeValues }),
    unsubscribe: () => act('unsubscribeSelf'),
    bounce: () => act('bounce'),
    archive: () => act('archive'),
    erase: () => act('deletePermanently'),
    adminUnsubscribe: () => act('adminUnsubscribe'),
    edit: (mergeValues) => act('editProfile', { mergeValues }),
    prefer: (at, isOn) => act('editProfile', { interests: { [interests[at]?.id ?? '']: isOn } }),
    fetch,
    status: async () => (await fetch())?.status ?? 'absent',
    async interests() {
      const member = await fetch();
      return interests.map(({ id }) => member.interests[id]);
    },
    tags: async () => (await fetch()).tags.map((tag: Json) => tag.name),
  };
}

function createContact(place: Place, firstName: string, address: string): Contact {
  const { outside, groupId, interests } = place;
  let created: number | null = null;
  const findId = async (): Promise<number | null> => created ?? (await findHolder(outside, address));
  const id = async (): Promise<number> => {
    const found = await findId();
    if (found === null) throw new Error(`nobody holds ${address}`);
    return found;
  };
  const act = async (name: string, more: object = {}) =>
    void (await outside.act(`civicrm/${name}`, { contactId: await id(), ...more }));
  const ofGroup = (name: string) => act(name, { groupId });
  const ofInterest = (name: string, at: number) => act(name, { groupId: interests[at]?.groupId });
  return {
    async create() {
      created = await outside.act('civicrm/createContact', { firstName, emails: [address] });
    },
    id,
    add: () => ofGroup('addToGroup'),
    remove: () => ofGroup('removeFromGroup'),
    deleteRow: () => ofGroup('deleteFromGroup'),
    loseRow: () => ofGroup('loseMembership'),
    trash: () => act('trashContact'),
    restore: () => act('restoreContact'),
    erase: () => act('eraseContact'),
    mergeInto: async (other) =>
      void (await outside.act('civicrm/mergeContacts', {
        keepId: await other.civicrm.id(),
        loseId: await id(),
      })),
    edit: (details) => act('editContact', details),
    tag: (label) => act('tagContact', { label }),
    joinInterest: (at) => ofInterest('addToGroup', at),
    leaveInterest: (at) => ofInterest('removeFromGroup', at),
    fetch,
    status: async () => await statusOf(place, await fetch(), address),
    async interests() {
      const contactId = await id();
      return await Promise.all(interests.map((interest) => rowOf(outside, interest.groupId, contactId)));
    },
  };
  async function fetch(): Promise<Json> {
    const found = await findId();
    if (found === null) return null;
    const [row] = await outside.askCivicrm('Contact/get', {
      select: ['id', 'first_name', 'last_name', 'nick_name', 'is_deleted'],
      where: [
        ['id', '=', found],
        ['is_deleted', 'IN', [true, false]],
      ],
    });
    return row ?? { id: found, isErased: true };
  }
}

async function findHolder(outside: Place['outside'], address: string): Promise<number | null> {
  const rows = await outside.askCivicrm('Email/get', {
    select: ['contact_id'],
    where: [
      ['email', '=', address],
      ['contact_id.is_deleted', '=', false],
    ],
  });
  return rows.at(-1)?.contact_id ?? null;
}

async function rowOf(outside: Place['outside'], groupId: number, contactId: number): Promise<string> {
  const [row] = await outside.askCivicrm('GroupContact/get', {
    select: ['status'],
    where: [
      ['group_id', '=', groupId],
      ['contact_id', '=', contactId],
    ],
  });
  return row?.status ?? 'none';
}

async function statusOf({ outside, groupId }: Place, contact: Json, address: string): Promise<string> {
  if (contact === null) return 'nobody';
  if (contact.isErased) return 'erased';
  const [held] = await outside.askCivicrm('Email/get', {
    where: [
      ['contact_id', '=', contact.id],
      ['email', '=', address],
      ['on_hold', '>', 0],
    ],
  });
  const status = contact.is_deleted ? 'trashed' : await rowOf(outside, groupId, contact.id);
  return held === undefined ? status : `${status}, on hold`;
}
