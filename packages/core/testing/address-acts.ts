import { type Act, addressOf, civicrm, contactOf, type Household, people } from './household.ts';

/** What is done to addresses, on either side (rules section 6). After any of it somebody's best address may be another one, and that one be asked (I5). */
export const ADDRESS_ACTS: Readonly<Record<string, Act>> = {
  'a contact is given an address': mayAsk((household, { who, other }) => {
    const id = contactOf(household, who);
    const email = addressOf(household, other);
    refuseWhereHeld(household, id, email);
    civicrm(household).addEmail(id, { email });
  }),
  'a contact changes address': mayAsk((household, { who, other }) => {
    const id = contactOf(household, who);
    const email = addressOf(household, other);
    refuseWhereHeld(household, id, email);
    civicrm(household).editEmail(emailOf(household, id, 0), { email });
  }),
  'a contact prefers another of their addresses': mayAsk((household, { who }) => {
    const email = emailOf(household, contactOf(household, who), 1);
    civicrm(household).editEmail(email, { isPrimary: true });
  }),
  'a contact gives up an address': mayAsk((household, { who }) =>
    civicrm(household).deleteEmail(emailOf(household, contactOf(household, who), 0)),
  ),
  'two contacts swap addresses': mayAsk((household, { who, other }) => {
    const world = civicrm(household);
    const [one, two] = [contactOf(household, who), contactOf(household, other)];
    if (one === two) throw new Error('It takes two');
    const [ofOne, ofTwo] = [world.email(emailOf(household, one, 0)), world.email(emailOf(household, two, 0))];
    const [first, second] = [ofOne.email, ofTwo.email];
    refuseWhereHeld(household, one, second);
    refuseWhereHeld(household, two, first);
    world.editEmail(ofOne.id, { email: second });
    world.editEmail(ofTwo.id, { email: first });
  }),
  'somebody changes address at Mailchimp': mayAsk((household, { who, other }) => {
    const [from, to] = [addressOf(household, who), addressOf(household, other)];
    if (from === to) throw new Error('It is theirs already');
    people(household).changeAddress(household.listId, from, to);
  }),
  'two people swap addresses at Mailchimp': mayAsk((household, { who, other }) => {
    const { listId } = household;
    const [one, two] = [addressOf(household, who), addressOf(household, other)];
    const isThere = household.sandbox.mailchimp.world.findMember(listId, two) !== undefined;
    if (one === two || !isThere) throw new Error('It takes two');
    const between = `between.${one}`;
    people(household).changeAddress(listId, one, between);
    people(household).changeAddress(listId, two, one);
    people(household).changeAddress(listId, between, two);
  }),
};

/** CiviCRM keeps addresses in lower case. */
function refuseWhereHeld(household: Household, contact: number, address: string): void {
  const held = civicrm(household).emailsOf(contact);
  if (held.some(({ email }) => email === address.toLowerCase())) throw new Error('They have it already');
}

function emailOf(household: Household, contact: number, at: number): number {
  const email = civicrm(household).emailsOf(contact)[at];
  if (email === undefined) throw new Error('They have no such address');
  return email.id;
}

function mayAsk(act: Act): Act {
  return (household, whom) => {
    act(household, whom);
    household.past.actsThatMayAsk += 1;
  };
}
