import { reconcile } from '../src/decide/reconcile.ts';
import type { Decision, Write } from '../src/domain/decision.ts';
import { addressKey } from '../src/domain/email.ts';
import type { GroupStatus, Link, Side } from '../src/domain/facts.ts';
import { contactId, groupId, mailchimpContactId } from '../src/domain/ids.ts';
import type { Pairings } from '../src/domain/pairings.ts';
import { agreeOn, NOTHING_AGREED, type ProfileBase, type ProfileWrite } from '../src/domain/profile.ts';
import { context, day, decisionsOf, FIRST_NAME, history, link } from './factories.ts';

/** One interest and one name, both ways. */
const INTEREST = 'hiking';
const GROUP = 21;
const PAIRINGS: Pairings = {
  interests: [{ interestId: INTEREST, groupId: groupId(GROUP), phase: 'running', fault: null }],
  mappings: [FIRST_NAME],
  tags: [],
  extraTags: [],
  mergeFields: [{ tag: 'FNAME', type: 'text', choices: [] }],
};

/** A member of the audience, subscribed at first. */
export interface ModelMember {
  address: string;
  status: 'subscribed' | 'unsubscribed';
  isOn: boolean;
  name: string;
}

export interface ModelContact {
  /** Best first. */
  addresses: readonly string[];
  group: GroupStatus;
  /** Row in the interest group; empty where there is none. */
  row: string;
  /** Whether somebody removed from the interest group was so after the members' opt-in. */
  readonly isRemovedLate: boolean;
  name: string;
}

export interface ModelLink {
  /** Null: nobody at Mailchimp. */
  readonly member: number | null;
  readonly contact: number;
  partedBy: Link['partedBy'];
  side: Side | null;
  base: ProfileBase | undefined;
}

/** A household whose members are all in, or about to be; members and contacts by their place. */
export interface ProfileModel {
  readonly members: ModelMember[];
  readonly contacts: readonly ModelContact[];
  readonly links: ModelLink[];
}

/** One run in a world where every write is carried out as asked. Gives the writes. */
export function runModel(model: ProfileModel): readonly Write[] {
  relink(model);
  const links = model.links.map((one, at) => toLink(model, one, at));
  const decisions = decisionsOf(reconcile(links, context({ pairings: PAIRINGS })));
  const writes = decisions.flatMap((decision) =>
    decision.kind === 'change' || decision.kind === 'refuse' ? decision.writes : [],
  );
  for (const write of writes) carryOut(model, write);
  decisions.forEach((decision, at) => {
    const one = model.links[at];
    if (one !== undefined) agree(one, decision, decisions);
  });
  return writes;
}

/** 1.1: whoever is Added and holds a member's address is covered by them; and A4: whose address somebody else holds goes on by themselves. */
function relink({ members, contacts, links }: ProfileModel): void {
  for (const one of [...links]) {
    const member = one.member === null ? undefined : members[one.member];
    if (member === undefined) continue;
    const holds = (contact: ModelContact | undefined) =>
      contact?.addresses.includes(addressKey(member.address));
    if (holds(contacts[one.contact])) one.partedBy = null;
    else if (contacts.some(holds)) links.splice(links.indexOf(one), 1);
  }
  contacts.forEach(({ addresses, group }, contact) => {
    members.forEach(({ address }, member) => {
      const isKnown = links.some((one) => one.member === member && one.contact === contact);
      if (!isKnown && group === 'Added' && addresses.includes(addressKey(address)))
        links.push({ member, contact, partedBy: null, side: null, base: undefined });
    });
    const own = links.filter((one) => one.contact === contact);
    const alone = own.find(({ member }) => member === null);
    if (own.length === 0) links.push({ member: null, contact, partedBy: null, side: null, base: undefined });
    else if (alone !== undefined && own.length > 1) links.splice(links.indexOf(alone), 1);
  });
}

function toLink(model: ProfileModel, { member, contact, partedBy, side, base }: ModelLink, at: number): Link {
  const { addresses, group, row, isRemovedLate, name } = at_(model.contacts, contact);
  const removed = history(
    { status: 'Added', at: day(-30) },
    { status: 'Removed', at: day(isRemovedLate ? 50 : -20) },
  );
  const made = link({
    id: at + 1,
    base: side,
    partedBy,
    mailchimp: member === null ? null : factsOf(model, member),
    civicrm: {
      contactId: contactId(contact + 1),
      group,
      addresses,
      profile: { groups: { [GROUP]: row }, fields: { first_name: name }, tags: {} },
      interestHistory: { [GROUP]: row === 'Removed' ? removed : [] },
    },
  });
  return base === undefined ? made : { ...made, profileBase: base };
}

function factsOf({ members, contacts }: ProfileModel, member: number) {
  const { address, status, isOn, name } = at_(members, member);
  return {
    contactId: mailchimpContactId(`mc-${member}`),
    address,
    status,
    ...(status === 'unsubscribed' && { ownWrite: { status, removalMethod: null } }),
    holders: contacts.filter((one) => one.addresses.includes(addressKey(address))).length,
    profile: { interests: { [INTEREST]: isOn }, fields: { FNAME: name }, tags: null },
  };
}

function carryOut({ members, contacts }: ProfileModel, write: Write): void {
  const member = 'target' in write && write.target !== null ? at_(members, memberAt(write.target)) : null;
  const contact = 'contactId' in write ? at_(contacts, write.contactId - 1) : null;
  switch (write.kind) {
    case 'update-member':
      if (member !== null) Object.assign(member, valuesOf(write.profile, member));
      return;
    case 'change-address':
      if (member !== null) member.address = write.address;
      return;
    case 'remove-at-mailchimp':
      if (member !== null) member.status = 'unsubscribed';
      return;
    case 'subscribe': {
      const there = member ?? { address: write.address, status: 'subscribed', isOn: false, name: '' };
      if (member === null) members.push(there);
      Object.assign(there, { status: 'subscribed' }, valuesOf(write.profile, there));
      return;
    }
    case 'remove-from-group':
      if (contact !== null) contact.group = 'Removed';
      return;
    case 'add-to-group':
      if (contact !== null) contact.group = 'Added';
      return;
    case 'add-to-interest-group':
      if (contact !== null) contact.row = 'Added';
      return;
    case 'remove-from-interest-group':
      if (contact !== null) contact.row = 'Removed';
      return;
    case 'write-fields':
      if (contact !== null) contact.name = String(write.values['first_name'] ?? contact.name);
      return;
    case 'add-address':
      if (contact !== null && !contact.addresses.includes(write.address))
        contact.addresses = [write.address, ...contact.addresses];
      return;
    default:
      throw new Error(`nobody in this model comes to ${write.kind}`);
  }
}

/** What a member has of interest and name after a write. */
const valuesOf = (
  { interests, fields }: ProfileWrite = { interests: {}, fields: {}, tags: {} },
  { isOn, name }: ModelMember,
) => ({ isOn: interests[INTEREST] ?? isOn, name: String(fields['FNAME'] ?? name) });

function agree(one: ModelLink, decision: Decision, all: readonly Decision[]): void {
  if (decision.kind === 'wait' || decision.kind === 'refuse') return;
  const lead = decision.kind === 'follow' ? all[decision.lead - 1] : decision;
  if (lead === undefined || lead.kind === 'wait' || lead.kind === 'refuse') return;
  one.side = lead.side ?? one.side;
  const agreed = [
    'agree' in decision ? decision.agree : undefined,
    ...('pending' in decision ? [decision.pending?.mailchimp, decision.pending?.civicrm] : []),
  ].filter((part) => part !== undefined);
  if (agreed.length > 0) one.base = agreed.reduce(agreeOn, one.base ?? NOTHING_AGREED);
}

const memberAt = (target: string): number => Number(target.replace('mc-', ''));

function at_<One>(all: readonly One[], at: number): One {
  const one = all[at];
  if (one === undefined) throw new Error(`there is no ${at}`);
  return one;
}
