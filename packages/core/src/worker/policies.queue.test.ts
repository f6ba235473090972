import { IN, OUT, type Stories, tellStories } from '../../testing/tell-stories.ts';

const BOTH_IN = { mailchimp: 'subscribed', civicrm: 'Added' } as const;
const BOTH_OUT = { mailchimp: 'unsubscribed', civicrm: 'Removed' } as const;
const LEFT_THEMSELVES = {
  mailchimp: 'unsubscribed',
  civicrm: 'Added',
  mailchimpDays: 50,
  civicrmDays: 10,
} as const;
const FLAGGED = { civicrm: 'Added', flags: { isOptOut: true } } as const;

/** What each policy changes, against what the other tables say without it. */
const BY_POLICY: Readonly<Record<string, Stories>> = {
  'removal=archive': {
    '2.2: who is removed from the group is archived': {
      given: BOTH_IN,
      act: ({ civicrm }) => civicrm.remove(),
      ends: { ...OUT, mailchimp: 'archived', rule: 'R3a' },
    },
    'R6b, 2.2: who is waiting to confirm is unsubscribed first, then archived': {
      given: BOTH_IN,
      act({ mailchimp, civicrm }) {
        mailchimp.signUpUnconfirmed();
        civicrm.remove();
      },
      ends: { ...OUT, mailchimp: 'archived', rule: 'R6b', as: 'R3a' },
    },
    'R6c: an ask is withdrawn, not archived': {
      given: BOTH_OUT,
      before: ({ civicrm }) => civicrm.add(),
      act: ({ civicrm }) => civicrm.remove(),
      ends: { ...OUT, base: 'out', rule: 'R6c' },
    },
    'E11: whose contact is trashed is archived': {
      given: BOTH_IN,
      act: ({ civicrm }) => civicrm.trash(),
      ends: { ...OUT, mailchimp: 'archived', civicrm: 'trashed', rule: 'E11' },
    },
  },
  'eraseAtMailchimp=on': {
    'E12: whose contact is permanently deleted is permanently deleted at Mailchimp': {
      given: BOTH_IN,
      act: ({ civicrm }) => civicrm.erase(),
      ends: { ...OUT, mailchimp: 'absent', civicrm: 'erased', rule: 'E12' },
    },
    'E11: whose contact is in the trash is unsubscribed only': {
      given: BOTH_IN,
      act: ({ civicrm }) => civicrm.trash(),
      ends: { ...OUT, civicrm: 'trashed', rule: 'E11' },
    },
    'R3a: who is removed from the group is unsubscribed only': {
      given: BOTH_IN,
      act: ({ civicrm }) => civicrm.remove(),
      ends: { ...OUT, rule: 'R3a' },
    },
  },
  'doubleOptIn=on': {
    'R4c: who is new at Mailchimp is asked': {
      given: { civicrm: 'Added' },
      ends: { ...IN, mailchimp: 'pending', base: null, rule: 'R4c' },
    },
    'R4c: and is in when they confirm': {
      given: { civicrm: 'Added' },
      act: ({ mailchimp }) => mailchimp.confirm(),
      ends: { ...IN, rule: 'R1' },
    },
    'R4b: who comes back is asked': {
      given: { ...BOTH_OUT, mailchimp: { status: 'unsubscribed', unsubscribedBy: 'admin' } },
      act: ({ civicrm }) => civicrm.add(),
      ends: { ...IN, mailchimp: 'pending', base: 'out', rule: 'R4b' },
    },
  },
  'reconfirm=never': {
    '2.3: who left by their own will is refused': {
      given: LEFT_THEMSELVES,
      ends: {
        ...IN,
        mailchimp: 'unsubscribed',
        sync: 'fail',
        base: null,
        rule: 'R4d',
        as: '2.3',
        reason: 'compliance',
      },
    },
    '2.3: and is in again when they sign up themselves': {
      given: LEFT_THEMSELVES,
      act: ({ mailchimp }) => mailchimp.signUp(),
      ends: { ...IN, rule: 'R1' },
    },
  },
  'flagged=refuse': {
    '2.7: who is under a flag is not subscribed': {
      given: FLAGGED,
      ends: {
        ...IN,
        mailchimp: 'absent',
        sync: 'fail',
        base: null,
        rule: 'R4c',
        as: '2.3',
        reason: 'flagged',
      },
    },
    '2.7: and is, when the flag goes': {
      given: FLAGGED,
      act: ({ civicrm }) => civicrm.flag({ isOptOut: false }),
      ends: { ...IN, rule: 'R4c' },
    },
    '2.7: who is in already stays in, whatever the flag': {
      given: BOTH_IN,
      act: ({ civicrm }) => civicrm.flag({ isOptOut: true, doNotEmail: true, isDeceased: true }),
      ends: { ...IN, rule: 'R1' },
    },
  },
  'flagged=warn': {
    '2.7: who is under a flag is subscribed, with a warning': {
      given: FLAGGED,
      ends: { ...IN, rule: 'R4c', warnings: ['flagged'] },
    },
  },
  'moveAddress=on': {
    'A2: whose contact has another address gets it at Mailchimp too': {
      given: BOTH_IN,
      act: ({ civicrm, address }) => civicrm.changeAddress(`new.${address}`),
      ends: { ...IN, mailchimp: 'absent', rule: 'A2' },
    },
  },
  'moveAddress=off': {
    'A2: whose contact has another address keeps the old one at Mailchimp': {
      given: BOTH_IN,
      act: ({ civicrm, address }) => civicrm.changeAddress(`new.${address}`),
      ends: { ...IN, rule: 'R1' },
    },
  },
  'holdCleaned=on': {
    'E3: an address that Mailchimp found dead is put on hold': {
      given: BOTH_IN,
      act: ({ mailchimp }) => mailchimp.bounce(),
      ends: { ...OUT, mailchimp: 'cleaned', civicrm: 'Removed, on hold', rule: 'R4a', warnings: ['cleaned'] },
    },
  },
  'holdCleaned=off': {
    'E3: an address that Mailchimp found dead is left as it is': {
      given: BOTH_IN,
      act: ({ mailchimp }) => mailchimp.bounce(),
      ends: { ...OUT, mailchimp: 'cleaned', rule: 'R4a', warnings: ['cleaned'] },
    },
  },
  'leavingAlwaysWins=on': {
    '2.1: who left is removed, though staff re-added them': {
      given: BOTH_IN,
      act({ mailchimp, civicrm }, later) {
        mailchimp.unsubscribe();
        later();
        civicrm.remove();
        civicrm.add();
      },
      ends: { ...OUT, rule: 'R4a' },
    },
    '2.1: who was removed is unsubscribed, though they opted in again': {
      given: BOTH_IN,
      act({ mailchimp, civicrm }, later) {
        mailchimp.unsubscribe();
        civicrm.remove();
        later();
        mailchimp.signUp();
      },
      ends: { ...OUT, rule: 'R3a' },
    },
    '2.1: any later removal undoes their joining': {
      given: BOTH_OUT,
      act({ mailchimp, civicrm }, later) {
        mailchimp.signUp();
        later();
        civicrm.remove();
      },
      ends: { ...OUT, rule: 'R3b', as: 'R3a' },
    },
  },
  'mirrorRefusals=on': {
    '2.3: who has no address is removed from the group, and stays listed with the reason': {
      given: { civicrm: 'Added', addresses: [] },
      ends: {
        ...OUT,
        mailchimp: 'absent',
        sync: 'fail',
        base: null,
        rule: 'R4c',
        as: '2.3',
        reason: 'no-email',
      },
    },
    '2.3: so is whose address is on hold': {
      given: { civicrm: 'Added' },
      before: ({ civicrm }) => civicrm.hold(),
      ends: {
        ...OUT,
        mailchimp: 'absent',
        civicrm: 'Removed, on hold',
        sync: 'fail',
        base: null,
        rule: 'R4c',
        as: '2.3',
        reason: 'on-hold',
      },
    },
  },
};

tellStories(
  Object.entries(BY_POLICY).map(([policy, stories]) => ({ title: policy, policies: [policy], stories })),
);
