import type { Warning } from '../domain/decision.ts';
import type { ContactFlag } from '../domain/facts.ts';

/** What an administrator should know about a person, in a sentence with what to do. A warning without words does not compile. */
export const WARNING_WORDS: Readonly<Record<Warning, string>> = {
  unconfirmed:
    'Their membership of the group is not confirmed in CiviCRM, so nothing follows from it. Add them or remove them there.',
  'unknown-group-status':
    'Their membership of the group has a status that CiviCRM itself does not know; it counts as out. Correct it in CiviCRM.',
  'unlisted-cell':
    'The rules have no line for this case, so nothing is written. Please report it with what both sides say.',
  flagged:
    'The contact has opted out of bulk mail, is not to be mailed or is deceased. Remove them from the group if they are not to get mail.',
  'joined-afresh':
    'Their earlier contact is in the trash or deleted for good, and they opted in afresh: they get a new contact. Merge the two if they are the same person.',
  'no-email':
    'The contact does not hold the address any more under which they are subscribed at Mailchimp, and has no other one that works. They stay subscribed; enter an address in CiviCRM.',
  'address-conflict':
    'The contact has a new address, which is at Mailchimp already and not subscribed there. They stay subscribed under the old one; decide at Mailchimp which of the two they are to have.',
  'given-up-removal':
    'They left at Mailchimp, or a change of ours that was given up was carried out late: nobody can tell, so it counts as their own act. Add them to the group again if they did not leave.',
  'value-differs':
    'A mapped field has another value on each side, and the two were never agreed: both stay as they are. Make them the same on one side.',
  'value-refused':
    'A value of theirs cannot be given to the other side in the form that it takes; everything else of theirs is kept the same. Correct the value.',
  'interest-undated':
    'They have an interest at Mailchimp and were removed from its group in CiviCRM, and the dates do not tell which is newer: nothing is written. Change one of the two.',
  'interest-unconfirmed':
    'Their membership of an interest group is not confirmed in CiviCRM, so nothing follows from it. Add them or remove them there.',
  'put-back':
    'An interest or a tag of theirs differs between the two sides, because what a run had changed was put back. It stays so until one side changes; change one of the two if they are to be the same.',
  cleaned: 'Mail to their address bounced, so Mailchimp cleaned it. Enter another address in CiviCRM.',
};

/** Marks of a contact that never by themselves change the group (rules 2.7). */
export const FLAG_WORDS: Readonly<Record<ContactFlag, string>> = {
  'opted-out': 'no bulk mail',
  'do-not-email': 'do not e-mail',
  deceased: 'deceased',
};
