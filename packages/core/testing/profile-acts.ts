import {
  type Act,
  addressOf,
  civicrm,
  contactOf,
  type Household,
  type HouseholdInterest,
  people,
} from './household.ts';

/** Too few to be told apart for long, so that both sides meet on the same one; and none. */
const NAMES = ['Wilma', 'Betty', 'Pebbles', 'Dino', 'Bamm-Bamm', ''] as const;
const nameOf = (number: number): string => NAMES[number % NAMES.length] ?? '';

/** What is done to interests and names, on either side. */
export const PROFILE_ACTS: Readonly<Record<string, Act>> = {
  'somebody switches an interest at Mailchimp': (household, { who, other }) =>
    switchAtMailchimp(household, addressOf(household, who), interestOf(household, other)),
  'staff switch an interest of a contact': (household, { who, other }) =>
    switchInCivicrm(household, contactOf(household, who), interestOf(household, other)),
  'a contact leaves an interest by mail': (household, { who, other }) =>
    civicrm(household).unsubscribeByMail(interestOf(household, other).groupId, contactOf(household, who)),
  'a membership of an interest group is deleted': (household, { who, other }) =>
    civicrm(household).deleteFromGroup(interestOf(household, other).groupId, contactOf(household, who)),
  'an interest is switched on each side, not the same one': (household, { who, other }) => {
    const address = addressOf(household, who);
    const holder = holderOf(household, address);
    switchAtMailchimp(household, address, interestOf(household, other));
    switchInCivicrm(household, holder, interestOf(household, other + 1));
  },
  'somebody changes their name at Mailchimp': (household, { who, other }) =>
    rename(household, addressOf(household, who), other % 2 === 0 ? 'FNAME' : 'LNAME', nameOf(other)),
  'staff change the name of a contact': (household, { who, other }) =>
    civicrm(household).editContact(
      contactOf(household, who),
      other % 2 === 0 ? { firstName: nameOf(other) } : { lastName: nameOf(other) },
    ),
  'a name is changed on each side': (household, { who, other }) => {
    const address = addressOf(household, who);
    const holder = holderOf(household, address);
    rename(household, address, 'FNAME', nameOf(other));
    const name = nameOf(other + 1);
    civicrm(household).editContact(holder, other % 2 === 0 ? { firstName: name } : { lastName: name });
  },
};

function interestOf({ interests }: Household, number: number): HouseholdInterest {
  const interest = interests[number % interests.length];
  if (interest === undefined) throw new Error('The connection pairs no interest');
  return interest;
}

function holderOf(household: Household, address: string): number {
  const [holder] = civicrm(household).findHolders(address);
  if (holder === undefined) throw new Error('Nobody holds the address');
  return holder;
}

function switchAtMailchimp(household: Household, address: string, { id }: HouseholdInterest): void {
  const { sandbox, listId } = household;
  const isOn = sandbox.mailchimp.world.findMember(listId, address)?.interests.has(id) ?? false;
  people(household).editProfile(listId, address, { interests: { [id]: !isOn } });
}

function switchInCivicrm(household: Household, contact: number, { groupId }: HouseholdInterest): void {
  const world = civicrm(household);
  if (world.statusOf(groupId, contact) === 'Added') world.removeFromGroup(groupId, contact);
  else world.addToGroup(groupId, contact);
}

function rename(household: Household, address: string, tag: 'FNAME' | 'LNAME', name: string): void {
  people(household).editProfile(household.listId, address, { mergeValues: { [tag]: name } });
}
