import type { RefusalReason } from '../domain/refusal.ts';

/** Why both sides cannot agree on somebody, and what somebody can do about it. */
export interface RefusalWords {
  /** A few words, for lists. */
  readonly short: string;
  /** One sentence. */
  readonly what: string;
  /** One or two sentences. */
  readonly remedy: string;
}

/** A refusal in the administrator's words. A reason without words does not compile. */
export const REFUSAL_WORDS: Readonly<Record<RefusalReason, RefusalWords>> = {
  compliance: {
    short: 'left by their own will',
    what: 'They have left by their own will, or Mailchimp says so, and this connection does not ask such people to confirm.',
    remedy:
      'They can sign up again themselves by a Mailchimp form. With the policy reconfirm=ask Mailchimp asks them.',
  },
  cleaned: {
    short: 'mail to them bounced',
    what: 'Mail to their addresses bounced, so Mailchimp has cleaned them and takes them back from nobody.',
    remedy: 'Enter another address on the contact in CiviCRM.',
  },
  forgotten: {
    short: 'permanently deleted at Mailchimp',
    what: 'Their address was permanently deleted at Mailchimp, which does not take it back from us.',
    remedy:
      'They can sign up again themselves by a Mailchimp form, or be subscribed with another address: enter it on the contact in CiviCRM.',
  },
  'on-hold': {
    short: 'address on hold',
    what: 'All addresses of the contact are on hold in CiviCRM.',
    remedy: 'Take the hold off in CiviCRM if the address works again, or enter another one.',
  },
  'no-email': {
    short: 'no address',
    what: 'The contact has no address in CiviCRM.',
    remedy: 'Enter one on the contact in CiviCRM.',
  },
  rejected: {
    short: 'refused by Mailchimp',
    what: 'Mailchimp has refused the address; its own words stand with the update.',
    remedy:
      'Correct the address in CiviCRM. It is tried again when the address or the membership of the group changes.',
  },
  flagged: {
    short: 'flagged in CiviCRM',
    what: 'The contact has opted out of bulk mail, is not to be mailed or is deceased, and this connection subscribes no such people.',
    remedy: 'Take the flag off in CiviCRM if it is wrong. With the policy flagged=warn they are subscribed.',
  },
  'in-trash': {
    short: 'contact in the trash',
    what: 'They are subscribed at Mailchimp, and the only contact with their address is in CiviCRM’s trash.',
    remedy:
      'Restore the contact and add it to the group, enter a new contact with this address, or unsubscribe them at Mailchimp.',
  },
  erased: {
    short: 'contact deleted for good',
    what: 'They are subscribed at Mailchimp, and their contact was deleted in CiviCRM for good.',
    remedy: 'Enter a new contact with this address in CiviCRM, or unsubscribe them at Mailchimp.',
  },
  undated: {
    short: 'no date to decide by',
    what: 'The sides differ and have never agreed, and one of them does not tell since when.',
    remedy:
      'Decide by hand: change either side as it should be. The policy firstSync decides for all such people.',
  },
  'later-removal': {
    short: 'removed after they had joined',
    what: 'They joined at Mailchimp, and were removed from the group later by somebody else: it is not clear what is meant.',
    remedy: 'Decide by hand: add them to the group again, or unsubscribe them at Mailchimp.',
  },
  'links-disagree': {
    short: 'their addresses disagree',
    what: 'They have several addresses, or several contacts share one, and these want opposite things with equal right.',
    remedy: 'Decide by hand: make the addresses or contacts the same on one side.',
  },
  'unknown-status': {
    short: 'unknown status',
    what: 'Mailchimp gives them a status that this version does not know.',
    remedy: 'Look at them at Mailchimp, and look for a newer version of mcsync.',
  },
  'already-asked': {
    short: 'asked once already',
    what: 'Mailchimp has asked them to confirm and they did not; nobody is asked twice for the same act.',
    remedy:
      'They can sign up themselves by a Mailchimp form. They are asked once more after being removed from the group and added again.',
  },
  'plan-rejected': {
    short: 'change rejected',
    what: 'The change was shown in a plan, and somebody rejected it.',
    remedy: 'It is proposed again when one of the facts that it rests on changes.',
  },
};
