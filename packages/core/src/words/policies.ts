import type { POLICY_CHOICES } from '../domain/policies.ts';

type Choices = typeof POLICY_CHOICES;

/** What a policy is about, as a question, and what each of its values means. A value without words does not compile. */
export type PolicyWords = {
  readonly [Name in keyof Choices]: {
    readonly question: string;
    readonly values: Readonly<Record<Choices[Name][number], string>>;
  };
};

export const POLICY_WORDS: PolicyWords = {
  removal: {
    question: 'Who leaves the CiviCRM group, is at Mailchimp …',
    values: { unsubscribe: 'unsubscribed', archive: 'archived' },
  },
  reconfirm: {
    question: 'Who has left by their own will and is added to the group again, is …',
    values: { ask: 'asked by Mailchimp to confirm', never: 'not subscribed, and listed' },
  },
  doubleOptIn: {
    question: 'Everybody who is newly subscribed is asked by Mailchimp to confirm',
    values: { off: 'no', on: 'yes' },
  },
  firstSync: {
    question: 'Where both sides differ and have never agreed, what counts is …',
    values: {
      newer: 'the newer of the two',
      mailchimp: 'what Mailchimp says',
      civicrm: 'what CiviCRM says',
      'leaving-wins': 'who is out on one side is out',
    },
  },
  leavingAlwaysWins: {
    question: 'Leaving counts even where a later act on the other side says otherwise',
    values: { off: 'no', on: 'yes' },
  },
  mirrorRefusals: {
    question: 'Who cannot be subscribed is removed from the group, too',
    values: { off: 'no', on: 'yes' },
  },
  eraseAtMailchimp: {
    question: 'Whose contact is deleted for good, is permanently deleted at Mailchimp, too',
    values: { off: 'no', on: 'yes' },
  },
  flagged: {
    question: 'Who is marked "no bulk mail", "do not e-mail" or deceased and joins the group, is …',
    values: { warn: 'subscribed, and listed', refuse: 'not subscribed' },
  },
  holdCleaned: {
    question: 'Addresses whose mail bounced at Mailchimp are put on hold in CiviCRM',
    values: { on: 'yes', off: 'no' },
  },
  moveAddress: {
    question: 'Another address in CiviCRM moves the member at Mailchimp to it',
    values: { on: 'yes', off: 'no' },
  },
};
