import type { RemoveHow, Write } from '../domain/decision.ts';
import type { GroupId } from '../domain/ids.ts';
import { type CivicrmValue, isBlank, type MailchimpValue, type ProfileWrite } from '../domain/profile.ts';

/** What people call what a connection pairs; whatever is missing goes by its id. */
export interface PairNames {
  /** By the interest's id. */
  readonly interests: Readonly<Record<string, string>>;
  /** By the group's id. */
  readonly groups: Readonly<Record<number, string>>;
}

const NO_NAMES: PairNames = { interests: {}, groups: {} };

const REMOVE_WORDS: Readonly<Record<RemoveHow, string>> = {
  unsubscribe: 'unsubscribe',
  archive: 'archive',
  withdraw: 'take the ask back',
  erase: 'delete permanently',
};

/** One change of the outside world, to be read after "will" or "would". Holds the address that it is for, and values. */
export const writeWords = (write: Write): string => namedWriteWords(write, NO_NAMES);

/** The same, with the names of interests and groups. */
export function namedWriteWords(write: Write, names: PairNames): string {
  switch (write.kind) {
    case 'subscribe':
      return `${write.how === 'pending' ? 'let Mailchimp ask' : 'subscribe'} ${write.address}${withWords(write.profile, names)}`;
    case 'remove-at-mailchimp':
      return `${REMOVE_WORDS[write.how]} at Mailchimp`;
    case 'add-to-group':
      return `add contact ${write.contactId} to the group`;
    case 'remove-from-group':
      return `remove contact ${write.contactId} from the group`;
    case 'create-contact':
      return `create a contact for ${write.address}, in the group${groupsWords(write.groups, names)}`;
    case 'put-on-hold':
      return `put ${write.address} of contact ${write.contactId} on hold`;
    case 'add-address':
      return `add ${write.address} to contact ${write.contactId} as bulk-mail address`;
    case 'take-off-hold':
      return `take ${write.address} of contact ${write.contactId} off hold`;
    case 'remove-address':
      return `take ${write.address} from contact ${write.contactId} again`;
    case 'change-address':
      return `change their address at Mailchimp to ${write.address}`;
    case 'update-member':
      return `change at Mailchimp ${profileWords(write.profile, names)}`;
    case 'add-to-interest-group':
      return `add contact ${write.contactId} to interest group ${groupWords(write.groupId, names)}`;
    case 'remove-from-interest-group':
      return `remove contact ${write.contactId} from interest group ${groupWords(write.groupId, names)}`;
    case 'write-fields':
      return `change of contact ${write.contactId} ${valueWords(write.values)}`;
  }
}

const groupsWords = (groups: readonly GroupId[] = [], names: PairNames): string =>
  groups.map((id) => ` and in interest group ${groupWords(id, names)}`).join('');
const groupWords = (id: number, { groups }: PairNames): string => named(groups[id], String(id));
const named = (name: string | undefined, id: string): string =>
  name === undefined || name === '' ? id : `“${name}”`;

function profileWords({ interests, fields, tags }: ProfileWrite, names: PairNames): string {
  return [
    ...Object.entries(interests).map(
      ([id, isOn]) => `interest ${named(names.interests[id], id)} ${isOn ? 'on' : 'off'}`,
    ),
    ...(Object.keys(fields).length === 0 ? [] : [valueWords(fields)]),
    ...Object.entries(tags).map(([name, isOn]) => `tag ${name} ${isOn ? 'on' : 'off'}`),
  ].join(', ');
}

const withWords = (profile: ProfileWrite | undefined, names: PairNames): string =>
  profile === undefined || isBlank(profile) ? '' : ` with ${profileWords(profile, names)}`;

const valueWords = (values: Readonly<Record<string, CivicrmValue | MailchimpValue>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name} to ${textOf(value)}`)
    .join(', ');

function textOf(value: CivicrmValue | MailchimpValue): string {
  if (value === null || value === '') return 'nothing';
  if (typeof value !== 'object') return `“${value}”`;
  const parts = Array.isArray(value) ? value : Object.values(value);
  return `“${parts.filter((part) => part !== '').join(', ')}”`;
}
