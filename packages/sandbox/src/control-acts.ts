import { CALLER_NAMES, type CallerName, PERMISSIONS, type Permission } from './civicrm/callers.ts';
import type { ContactDetails, EmailDetails, NewContact, PrivacyFlags } from './civicrm/contact-details.ts';
import type { TagChange } from './mailchimp/member-tags.ts';
import type { ProfileChange } from './mailchimp/profile.ts';
import { DEFAULT_MAILCHIMP_SETTINGS, type MailchimpSettings } from './mailchimp/settings.ts';
import type { SandboxParts } from './sandbox.ts';

/** What a request to the control API brings along. */
export type Arguments = Readonly<Record<string, unknown>>;

/** An argument is missing, or of the wrong kind. */
export class ArgumentError extends Error {
  override readonly name = 'ArgumentError';
}

export function textOf(args: Arguments, name: string): string {
  const value = args[name];
  if (typeof value !== 'string') throw new ArgumentError(`"${name}" must be a text`);
  return value;
}

export function numberOf(args: Arguments, name: string): number {
  const value = args[name];
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new ArgumentError(`"${name}" must be a number`);
  return value;
}

type NamedAct = (parts: SandboxParts, args: Arguments) => unknown;

/** At Mailchimp: `listId` and `email` (or the member's hash or contact id) say where and who. */
const at =
  (
    happen: (
      people: SandboxParts['mailchimp']['world']['people'],
      listId: string,
      email: string,
      args: Arguments,
    ) => unknown,
  ): NamedAct =>
  ({ mailchimp }, args) =>
    happen(mailchimp.world.people, textOf(args, 'listId'), textOf(args, 'email'), args);

/** In CiviCRM, of a membership: `groupId` and `contactId`. */
const of =
  (
    happen: (world: SandboxParts['civicrm']['world'], groupId: number, contactId: number) => unknown,
  ): NamedAct =>
  ({ civicrm }, args) =>
    happen(civicrm.world, numberOf(args, 'groupId'), numberOf(args, 'contactId'));

/** In CiviCRM, of one thing with an id. */
const one =
  (
    id: string,
    happen: (world: SandboxParts['civicrm']['world'], id: number, args: Arguments) => unknown,
  ): NamedAct =>
  ({ civicrm }, args) =>
    happen(civicrm.world, numberOf(args, id), args);

/** What can be done at Mailchimp, by name. Details that the worlds take as objects are passed on as they are. */
export const MAILCHIMP_ACTS: Readonly<Record<string, NamedAct>> = {
  signUp: at(
    (people, listId, email, args) => people.signUp(listId, { ...(args as ProfileChange), email }).contactId,
  ),
  confirm: at((people, listId, email) => people.confirm(listId, email)),
  unsubscribeSelf: at((people, listId, email, args) =>
    people.unsubscribeSelf(
      listId,
      email,
      typeof args['reason'] === 'string' ? { reason: args['reason'] } : {},
    ),
  ),
  complain: at((people, listId, email) => people.complain(listId, email)),
  bounce: at((people, listId, email) => people.bounce(listId, email)),
  editProfile: at((people, listId, email, args) => people.editProfile(listId, email, args as ProfileChange)),
  changeAddress: at((people, listId, email, args) => people.changeAddress(listId, email, textOf(args, 'to'))),
  adminSubscribe: at((people, listId, email) => people.adminSubscribe(listId, email).contactId),
  adminUnsubscribe: at((people, listId, email) => people.adminUnsubscribe(listId, email)),
  archive: at((people, listId, email) => people.archive(listId, email)),
  deletePermanently: at((people, listId, email) => people.deletePermanently(listId, email)),
  makeTransactional: at((people, listId, email) => people.makeTransactional(listId, email).contactId),
  tag: at((people, listId, email, args) => people.tag(listId, email, args as TagChange)),
  tooManySignUps: ({ mailchimp }, args) => mailchimp.world.tooManySignUps(textOf(args, 'email')),
  forgetSignUps: ({ mailchimp }, args) => mailchimp.world.forgetSignUps(textOf(args, 'email')),
  configure: ({ mailchimp }, args) => mailchimp.world.configure(readSettings(args)),
  addAudience: ({ mailchimp }, args) =>
    mailchimp.world.addAudience(mailchimp.accountId, {
      name: textOf(args, 'name'),
      doubleOptIn: args['doubleOptIn'] === true,
    }).id,
  removeAudience: ({ mailchimp }, args) => mailchimp.world.removeAudience(textOf(args, 'listId')),
  revokeKey: ({ mailchimp }) => mailchimp.world.revokeKey(mailchimp.apiKey),
  addKey: ({ mailchimp }) => mailchimp.world.addKey(mailchimp.accountId),
  suspendAccount: ({ mailchimp }) => mailchimp.world.suspendAccount(mailchimp.accountId),
  restoreAccount: ({ mailchimp }) => mailchimp.world.restoreAccount(mailchimp.accountId),
};

/** settings.ts, by name; patterns come as texts. An unknown name is refused: it would change nothing. */
function readSettings(args: Arguments): Partial<MailchimpSettings> {
  const unknown = Object.keys(args).find((name) => !Object.hasOwn(DEFAULT_MAILCHIMP_SETTINGS, name));
  if (unknown !== undefined) throw new ArgumentError(`There is no setting "${unknown}"`);
  const patterns: unknown = args['fakeAddresses'];
  const fake = Array.isArray(patterns)
    ? { fakeAddresses: patterns.map((pattern) => new RegExp(String(pattern), 'i')) }
    : {};
  return { ...(args as Partial<MailchimpSettings>), ...fake };
}

/** What can be done in CiviCRM, by name. */
export const CIVICRM_ACTS: Readonly<Record<string, NamedAct>> = {
  createContact: ({ civicrm }, args) => civicrm.world.createContact(args as NewContact),
  editContact: one('contactId', (world, id, args) => world.editContact(id, args as ContactDetails)),
  setFlags: one('contactId', (world, id, args) => world.setFlags(id, args as PrivacyFlags)),
  trashContact: one('contactId', (world, id) => world.trashContact(id)),
  restoreContact: one('contactId', (world, id) => world.restoreContact(id)),
  eraseContact: one('contactId', (world, id) => world.eraseContact(id)),
  mergeContacts: ({ civicrm }, args) =>
    civicrm.world.mergeContacts(numberOf(args, 'keepId'), numberOf(args, 'loseId')),
  createTag: ({ civicrm }, args) => civicrm.world.ensureTag(textOf(args, 'label')),
  tagContact: one('contactId', (world, id, args) => world.tagContact(id, textOf(args, 'label'))),
  untagContact: one('contactId', (world, id, args) => world.untagContact(id, textOf(args, 'label'))),
  optOutByMail: one('contactId', (world, id) => world.optOutByMail(id)),
  addEmail: one('contactId', (world, id, args) =>
    world.addEmail(id, { ...(args as Partial<EmailDetails>), email: textOf(args, 'email') }),
  ),
  editEmail: one('emailId', (world, id, args) => world.editEmail(id, args as Partial<EmailDetails>)),
  deleteEmail: one('emailId', (world, id) => world.deleteEmail(id)),
  holdEmail: one('emailId', (world, id) => world.holdEmail(id)),
  unholdEmail: one('emailId', (world, id) => world.unholdEmail(id)),
  createGroup: ({ civicrm }, args) => civicrm.world.createGroup(textOf(args, 'title')),
  renameGroup: one('groupId', (world, id, args) => world.renameGroup(id, textOf(args, 'title'))),
  disableGroup: one('groupId', (world, id) => world.disableGroup(id)),
  enableGroup: one('groupId', (world, id) => world.enableGroup(id)),
  deleteGroup: one('groupId', (world, id) => world.deleteGroup(id)),
  makeSmart: one('groupId', (world, id) => world.makeSmart(id)),
  addChildGroup: ({ civicrm }, args) =>
    civicrm.world.addChildGroup(numberOf(args, 'parentId'), numberOf(args, 'childId')),
  restoreGroup: one('groupId', (world, id, args) => world.restoreGroup(id, numberOf(args, 'at'))),
  addToGroup: of((world, groupId, contactId) => world.addToGroup(groupId, contactId)),
  removeFromGroup: of((world, groupId, contactId) => world.removeFromGroup(groupId, contactId)),
  deleteFromGroup: of((world, groupId, contactId) => world.deleteFromGroup(groupId, contactId)),
  loseMembership: of((world, groupId, contactId) => world.loseMembership(groupId, contactId)),
  rejoinGroup: of((world, groupId, contactId) => world.rejoinGroup(groupId, contactId)),
  joinByWeb: of((world, groupId, contactId) => world.joinByWeb(groupId, contactId)),
  unsubscribeByMail: of((world, groupId, contactId) => world.unsubscribeByMail(groupId, contactId)),
  setMaintenance: ({ civicrm }, args) => {
    civicrm.world.maintenance = args['maintenance'] === 'on' ? 'on' : 'off';
  },
  grantRights: ({ civicrm }, args) => civicrm.world.caller(callerOf(args)).grant(...permissionsOf(args)),
  revokeRights: ({ civicrm }, args) => civicrm.world.caller(callerOf(args)).revoke(...permissionsOf(args)),
  setVersion: ({ civicrm }, args) => {
    civicrm.world.version = textOf(args, 'version');
  },
  setTimeZone: ({ civicrm }, args) => civicrm.world.setTimeZone(textOf(args, 'timeZone')),
};

/** Whose rights; those of the one whose key the sandbox tells, unless another is named. */
function callerOf(args: Arguments): CallerName {
  const name = args['caller'] === undefined ? 'service' : textOf(args, 'caller');
  const known = CALLER_NAMES.find((candidate) => candidate === name);
  if (known === undefined) throw new ArgumentError(`"caller" must be one of ${CALLER_NAMES.join(', ')}`);
  return known;
}

function permissionsOf(args: Arguments): readonly Permission[] {
  const names: readonly unknown[] = Array.isArray(args['permissions']) ? args['permissions'] : [];
  const known = PERMISSIONS.filter((permission) => names.includes(permission));
  if (known.length === 0 || known.length < names.length) {
    throw new ArgumentError(`"permissions" must be a list of ${PERMISSIONS.join(', ')}`);
  }
  return known;
}
