import { ADDRESS_ACTS } from './address-acts.ts';
import { type Act, addressOf, civicrm, contactOf, type Household, people, type Whom } from './household.ts';
import { PROFILE_ACTS } from './profile-acts.ts';

const STATUS_ACTS: Readonly<Record<string, Act>> = {
  'somebody signs up at Mailchimp': joins(
    (world, listId, address) => void world.signUp(listId, { email: address }),
  ),
  'somebody confirms': joins((world, listId, address) => world.confirm(listId, address)),
  'somebody leaves at Mailchimp': atMailchimp((world, listId, address) =>
    world.unsubscribeSelf(listId, address),
  ),
  'somebody complains': atMailchimp((world, listId, address) => world.complain(listId, address)),
  'an administrator unsubscribes somebody': atMailchimp((world, listId, address) =>
    world.adminUnsubscribe(listId, address),
  ),
  'an administrator takes somebody back': joins(
    (world, listId, address) => void world.adminSubscribe(listId, address),
  ),
  'an administrator archives somebody': atMailchimp((world, listId, address) =>
    world.archive(listId, address),
  ),
  'mail to somebody bounces': atMailchimp((world, listId, address) => world.bounce(listId, address)),
  'somebody buys in the shop': atMailchimp(
    (world, listId, address) => void world.makeTransactional(listId, address),
  ),
  'an administrator erases somebody': atMailchimp((world, listId, address) =>
    world.deletePermanently(listId, address),
  ),
  'staff add a contact': (household, { who }) => {
    const id = contactOf(household, who);
    civicrm(household).addToGroup(household.groupId, id);
    household.past.leftByOwnWill.delete(id);
    household.past.actsThatMayAsk += 1;
  },
  'a contact joins by a form': (household, { who }) => {
    civicrm(household).joinByWeb(household.groupId, contactOf(household, who));
    household.past.actsThatMayAsk += 1;
  },
  'staff remove a contact': inCivicrm((world, groupId, id) => world.removeFromGroup(groupId, id)),
  'a contact leaves by mail': (household, { who }) => {
    const id = contactOf(household, who);
    civicrm(household).unsubscribeByMail(household.groupId, id);
    household.past.leftByOwnWill.add(id);
  },
  'a membership is deleted': inCivicrm((world, groupId, id) => world.deleteFromGroup(groupId, id)),
  'a contact is trashed': inCivicrm((world, _groupId, id) => world.trashContact(id)),
  'a contact is restored': mayAsk((world, _groupId, id) => world.restoreContact(id)),
  'a contact is erased': inCivicrm((world, _groupId, id) => world.eraseContact(id)),
  'an address is put on hold': mayAsk((world, _groupId, id) => world.holdEmail(firstEmail(world, id))),
  'an address is taken off hold': mayAsk((world, _groupId, id) => world.unholdEmail(firstEmail(world, id))),
  'a contact is merged into another': (household, { who, other }) => {
    const [lost, kept] = [contactOf(household, who), contactOf(household, other)];
    if (lost === kept) throw new Error('It takes two');
    civicrm(household).mergeContacts(kept, lost);
    const { past } = household;
    // Whoever of the two had not left speaks for both.
    if (!past.leftByOwnWill.has(lost)) past.leftByOwnWill.delete(kept);
    past.actsThatMayAsk += 1;
  },
};
const ACTS = { ...STATUS_ACTS, ...ADDRESS_ACTS, ...PROFILE_ACTS };
const NAMES = Object.keys(ACTS);

/** How many kinds of acts there are. */
export const KINDS_OF_ACTS = NAMES.length;

/**
 * Lets something happen: the act of this number, or, where it cannot happen in this state, the first one after it that can. Numbers go round. Gives what happened; null
 * where nothing can.
 */
export function happen(household: Household, act: number, whom: Whom): string | null {
  for (let offset = 0; offset < NAMES.length; offset++) {
    const name = NAMES[(act + offset) % NAMES.length] ?? '';
    if (perform(household, name, whom)) return `${name} (${whom.who}, ${whom.other})`;
  }
  return null;
}

function perform(household: Household, name: string, whom: Whom): boolean {
  try {
    ACTS[name]?.(household, whom);
    return true;
  } catch (error) {
    // The sandbox says in words what it does not offer; a mistake of this file would be of another kind.
    if (error instanceof TypeError || error instanceof ReferenceError) throw error;
    return false;
  }
}

type CivicrmWorld = ReturnType<typeof civicrm>;
type People = ReturnType<typeof people>;

const firstEmail = (world: CivicrmWorld, id: number): number => world.emailsOf(id)[0]?.id ?? 0;

function atMailchimp(act: (world: People, listId: string, address: string) => void): Act {
  return (household, { who }) => act(people(household), household.listId, addressOf(household, who));
}

/** Who joins at Mailchimp, or is taken back there, has not left any more, whatever they did before in CiviCRM. */
function joins(act: (world: People, listId: string, address: string) => void): Act {
  return (household, whom) => {
    atMailchimp(act)(household, whom);
    for (const holder of civicrm(household).findHolders(addressOf(household, whom.who)))
      household.past.leftByOwnWill.delete(holder);
  };
}

function inCivicrm(act: (world: CivicrmWorld, groupId: number, id: number) => void): Act {
  return (household, { who }) => act(civicrm(household), household.groupId, contactOf(household, who));
}

function mayAsk(act: (world: CivicrmWorld, groupId: number, id: number) => void): Act {
  return (household, whom) => {
    inCivicrm(act)(household, whom);
    household.past.actsThatMayAsk += 1;
  };
}
