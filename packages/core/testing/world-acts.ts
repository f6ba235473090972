import type { Sandbox } from '@mcsync/sandbox/sandbox';

/** A few addresses and a few contacts, so that everything meets everything. */
export interface SmallWorld {
  readonly sandbox: Sandbox;
  readonly listId: string;
  readonly groupId: number;
  readonly addresses: readonly string[];
  /** Ids of the contacts, those that are erased too. */
  readonly contacts: number[];
}

/** What people and administrators do at Mailchimp, to one address. */
const AT_MAILCHIMP = {
  'sign up': ({ mailchimp }, listId, address) =>
    void mailchimp.world.people.signUp(listId, { email: address }),
  confirm: ({ mailchimp }, listId, address) => mailchimp.world.people.confirm(listId, address),
  leave: ({ mailchimp }, listId, address) => mailchimp.world.people.unsubscribeSelf(listId, address),
  'are removed by an administrator': ({ mailchimp }, listId, address) =>
    mailchimp.world.people.adminUnsubscribe(listId, address),
  'are taken back by an administrator': ({ mailchimp }, listId, address) =>
    void mailchimp.world.people.adminSubscribe(listId, address),
  'are archived': ({ mailchimp }, listId, address) => mailchimp.world.people.archive(listId, address),
  bounce: ({ mailchimp }, listId, address) => mailchimp.world.people.bounce(listId, address),
  buy: ({ mailchimp }, listId, address) => void mailchimp.world.people.makeTransactional(listId, address),
  'are erased': ({ mailchimp }, listId, address) => mailchimp.world.people.deletePermanently(listId, address),
} as const satisfies Record<string, (sandbox: Sandbox, listId: string, address: string) => void>;
export type MailchimpAct = keyof typeof AT_MAILCHIMP;
export const MAILCHIMP_ACTS = Object.keys(AT_MAILCHIMP) as readonly MailchimpAct[];

/** What staff, forms and people do in CiviCRM, to one contact. */
const IN_CIVICRM = {
  'is added by staff': ({ civicrm }, groupId, id) => civicrm.world.addToGroup(groupId, id),
  'joins by a form': ({ civicrm }, groupId, id) => civicrm.world.joinByWeb(groupId, id),
  'is removed by staff': ({ civicrm }, groupId, id) => civicrm.world.removeFromGroup(groupId, id),
  'leaves by mail': ({ civicrm }, groupId, id) => civicrm.world.unsubscribeByMail(groupId, id),
  'has their row deleted': ({ civicrm }, groupId, id) => civicrm.world.deleteFromGroup(groupId, id),
  'is trashed': ({ civicrm }, _groupId, id) => civicrm.world.trashContact(id),
  'is restored': ({ civicrm }, _groupId, id) => civicrm.world.restoreContact(id),
  'is erased': ({ civicrm }, _groupId, id) => civicrm.world.eraseContact(id),
  'has their first address put on hold': ({ civicrm }, _groupId, id) =>
    civicrm.world.holdEmail(firstEmail(civicrm, id)),
  'has their first address taken off hold': ({ civicrm }, _groupId, id) =>
    civicrm.world.unholdEmail(firstEmail(civicrm, id)),
} as const satisfies Record<string, (sandbox: Sandbox, groupId: number, id: number) => void>;
export type CivicrmAct = keyof typeof IN_CIVICRM;
export const CIVICRM_ACTS = Object.keys(IN_CIVICRM) as readonly CivicrmAct[];

const firstEmail = (civicrm: Sandbox['civicrm'], id: number): number =>
  civicrm.world.emailsOf(id)[0]?.id ?? 0;

/** Something that happens; `address` and `contact` count from 0. */
export type WorldAct =
  | { readonly where: 'mailchimp'; readonly act: MailchimpAct; readonly address: number }
  | { readonly where: 'civicrm'; readonly act: CivicrmAct; readonly contact: number }
  | {
      readonly where: 'address';
      readonly act: 'is given an address';
      readonly contact: number;
      readonly address: number;
    }
  | {
      readonly where: 'merge';
      readonly act: 'is merged into';
      readonly contact: number;
      readonly into: number;
    };

/** Lets it happen now. False: in this state it cannot happen. */
export function happen(world: SmallWorld, act: WorldAct): boolean {
  try {
    perform(world, act);
    return true;
  } catch (error) {
    // The sandbox says in words what it does not offer; a mistake of this file would be of another kind.
    if (error instanceof TypeError || error instanceof ReferenceError) throw error;
    return false;
  }
}

function perform({ sandbox, listId, groupId, addresses, contacts }: SmallWorld, act: WorldAct): void {
  switch (act.where) {
    case 'mailchimp':
      AT_MAILCHIMP[act.act](sandbox, listId, addresses[act.address] ?? '');
      return;
    case 'civicrm':
      IN_CIVICRM[act.act](sandbox, groupId, contacts[act.contact] ?? 0);
      return;
    case 'address':
      sandbox.civicrm.world.addEmail(contacts[act.contact] ?? 0, { email: addresses[act.address] ?? '' });
      return;
    case 'merge':
      if (act.contact === act.into) return;
      sandbox.civicrm.world.mergeContacts(contacts[act.into] ?? 0, contacts[act.contact] ?? 0);
  }
}
