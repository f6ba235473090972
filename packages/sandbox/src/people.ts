import type { CivicrmWorld } from './civicrm/civicrm-world.ts';
import type { Audience } from './mailchimp/audience.ts';
import type { MailchimpWorld } from './mailchimp/mailchimp-world.ts';
import type { Member, MemberStatus } from './mailchimp/member.ts';
import type { Random } from './random.ts';
import type { SandboxParts } from './sandbox.ts';
import { PersonMaker } from './scenario/person-maker.ts';

/** An audience and the group that belongs to it. */
export interface Place {
  readonly listId: string;
  readonly groupId: number;
}

/** Where an act takes place, and with what luck. */
interface Stage {
  readonly mailchimp: MailchimpWorld;
  readonly audience: Audience;
  readonly civicrm: CivicrmWorld;
  readonly place: Place;
  readonly random: Random;
}

interface Act {
  /** How likely it is, compared with the others. */
  readonly weight: number;
  readonly says: string;
  /** False where there is nobody to do it. */
  readonly happen: (stage: Stage) => boolean;
}

/** Leaving by the dozen is rare in life, and would only show how the sync holds itself back. */
const ACTS: readonly Act[] = [
  { weight: 12, says: 'Somebody signed up at Mailchimp', happen: signUp },
  { weight: 6, says: 'Somebody unsubscribed at Mailchimp', happen: unsubscribe },
  { weight: 6, says: 'Somebody corrected their name at Mailchimp', happen: correctName },
  { weight: 2, says: 'Mail to somebody bounced: Mailchimp cleaned the address', happen: bounce },
  { weight: 2, says: 'An administrator unsubscribed somebody at Mailchimp', happen: adminUnsubscribe },
  { weight: 1, says: 'An administrator archived somebody at Mailchimp', happen: archive },
  { weight: 2, says: 'Somebody changed their address at Mailchimp', happen: changeAddress },
  { weight: 12, says: 'Staff entered somebody new in CiviCRM and added them to the group', happen: enter },
  { weight: 6, says: 'Staff added a known contact to the group in CiviCRM', happen: addKnown },
  { weight: 5, says: 'Staff removed somebody from the group in CiviCRM', happen: remove },
  { weight: 3, says: 'Somebody left the group by the link in a CiviCRM mailing', happen: leaveByMail },
  { weight: 4, says: 'Staff corrected a name in CiviCRM', happen: correctContact },
  { weight: 2, says: 'Somebody who had left joined the group again by a form in CiviCRM', happen: rejoin },
  { weight: 1, says: 'Staff put somebody in the trash in CiviCRM', happen: trash },
  { weight: 1, says: 'Staff deleted a membership of the group in CiviCRM', happen: deleteMembership },
];

/**
 * Lets one believable thing happen on either side, now. Returns what happened, without saying to whom. Without a place it happens in
 * the newest audience and the group of the same name; throws if there is none.
 */
export function act(parts: SandboxParts, random: Random, place: Place = findPlace(parts)): string {
  const stage: Stage = {
    mailchimp: parts.mailchimp.world,
    audience: parts.mailchimp.world.audience(place.listId),
    civicrm: parts.civicrm.world,
    place,
    random,
  };
  const open = [...ACTS];
  while (open.length > 0) {
    const chosen = pickByWeight(open, random);
    if (chosen.happen(stage)) return chosen.says;
    open.splice(open.indexOf(chosen), 1);
  }
  return 'Nothing happened: there is nobody to do anything';
}

/** The newest audience with the group of the same name. */
export function findPlace({ mailchimp, civicrm }: SandboxParts): Place {
  const audiences = [...mailchimp.world.account(mailchimp.accountId).audiences.values()];
  for (const { id: listId, name } of audiences.reverse()) {
    const group = civicrm.world.tables.groups.all().find(({ title }) => title === name);
    if (group !== undefined) return { listId, groupId: group.id };
  }
  throw new Error('The sandbox has no audience with a group of the same name: populate it first');
}

function pickByWeight(acts: readonly Act[], random: Random): Act {
  let left = random.next() * acts.reduce((sum, { weight }) => sum + weight, 0);
  for (const candidate of acts) {
    left -= candidate.weight;
    if (left < 0) return candidate;
  }
  return random.pick(acts);
}

// At Mailchimp

function signUp(stage: Stage): boolean {
  const { firstName, lastName, email } = somebodyNew(stage);
  stage.mailchimp.people.signUp(stage.place.listId, {
    email,
    mergeValues: { FNAME: firstName, LNAME: lastName },
  });
  return true;
}

function unsubscribe(stage: Stage): boolean {
  return withMember(stage, 'subscribed', ({ email }) => {
    const reason = stage.random.pick(['No longer interested', 'Too many mails', 'Spammy content']);
    stage.mailchimp.people.unsubscribeSelf(stage.place.listId, email, { reason });
  });
}

function correctName(stage: Stage): boolean {
  return withMember(stage, 'subscribed', ({ email }) => {
    const { firstName } = new PersonMaker(stage.random).person();
    stage.mailchimp.people.editProfile(stage.place.listId, email, { mergeValues: { FNAME: firstName } });
  });
}

function bounce(stage: Stage): boolean {
  return withMember(stage, 'subscribed', ({ email }) =>
    stage.mailchimp.people.bounce(stage.place.listId, email),
  );
}

function adminUnsubscribe(stage: Stage): boolean {
  return withMember(stage, 'subscribed', ({ email }) =>
    stage.mailchimp.people.adminUnsubscribe(stage.place.listId, email),
  );
}

function archive(stage: Stage): boolean {
  return withMember(stage, 'subscribed', ({ email }) =>
    stage.mailchimp.people.archive(stage.place.listId, email),
  );
}

function changeAddress(stage: Stage): boolean {
  return withMember(stage, 'subscribed', ({ email }) => {
    stage.mailchimp.people.changeAddress(stage.place.listId, email, somebodyNew(stage).email);
  });
}

// In CiviCRM

function enter(stage: Stage): boolean {
  const { firstName, lastName, email } = somebodyNew(stage);
  const contactId = stage.civicrm.createContact({ firstName, lastName, emails: [email] });
  stage.civicrm.addToGroup(stage.place.groupId, contactId);
  return true;
}

function addKnown(stage: Stage): boolean {
  const { civicrm, random, place } = stage;
  const contacts = civicrm.tables.contacts.all();
  // A few tries are enough: one contact in five is in no group, and nobody minds if it is another act instead.
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const contact = random.pick(contacts);
    const isFree = civicrm.tables.groupContacts.find(place.groupId, contact.id) === undefined;
    if (!isFree || contact.is_deleted || civicrm.cmsUsers.has(contact.id)) continue;
    if (civicrm.tables.emails.primaryOf(contact.id) === undefined) continue;
    civicrm.addToGroup(place.groupId, contact.id);
    return true;
  }
  return false;
}

function remove(stage: Stage): boolean {
  return withContact(stage, 'Added', (id) => stage.civicrm.removeFromGroup(stage.place.groupId, id));
}

function leaveByMail(stage: Stage): boolean {
  return withContact(stage, 'Added', (id) => stage.civicrm.unsubscribeByMail(stage.place.groupId, id));
}

function rejoin(stage: Stage): boolean {
  return withContact(stage, 'Removed', (id) => stage.civicrm.joinByWeb(stage.place.groupId, id));
}

function trash(stage: Stage): boolean {
  return withContact(stage, 'Added', (id) => stage.civicrm.trashContact(id));
}

function deleteMembership(stage: Stage): boolean {
  return withContact(stage, 'Added', (id) => stage.civicrm.deleteFromGroup(stage.place.groupId, id));
}

function correctContact(stage: Stage): boolean {
  return withContact(stage, 'Added', (id) => {
    stage.civicrm.editContact(id, { firstName: new PersonMaker(stage.random).person().firstName });
  });
}

// Whom it happens to

/** Does something to a random member of this status. False if there is none. */
function withMember(
  { audience, random }: Stage,
  status: MemberStatus,
  happen: (member: Readonly<Member>) => void,
): boolean {
  const members = audience.sorted(status, 'created');
  if (members.length === 0) return false;
  happen(random.pick(members));
  return true;
}

/** Does something to a random live contact whose membership has this status. False if there is none. */
function withContact(
  { civicrm, place, random }: Stage,
  status: string,
  happen: (contactId: number) => void,
): boolean {
  const ids = civicrm.tables.groupContacts
    .inGroupFrom(place.groupId, 0)
    .filter((row) => row.status === status && civicrm.contact(row.contact_id).is_deleted === false)
    .map((row) => row.contact_id);
  if (ids.length === 0) return false;
  happen(random.pick(ids));
  return true;
}

/** Somebody whose address is known on neither side. */
function somebodyNew({ audience, civicrm, random }: Stage) {
  const maker = new PersonMaker(random);
  for (;;) {
    const person = maker.person();
    const isKnown = audience.find(person.email) !== undefined || civicrm.findHolders(person.email).length > 0;
    if (!isKnown) return person;
  }
}
