import { IN, type Stories, tellStories } from '../../testing/tell-stories.ts';

const BY_ADMIN = { status: 'unsubscribed', unsubscribedBy: 'admin' } as const;

/** All that rests on no date; the policy `firstSync` changes nothing about it. */
const WHATEVER_THE_POLICY: Stories = {
  'R1: who is in on both sides is agreed': {
    given: { mailchimp: 'subscribed', civicrm: 'Added' },
    ends: { ...IN, rule: 'R1' },
  },
  'R2: who is out on both sides is agreed': {
    given: { mailchimp: 'unsubscribed', civicrm: 'Removed' },
    ends: { mailchimp: 'unsubscribed', civicrm: 'Removed', sync: 'ok', rule: 'R2', base: 'out' },
  },
  'R2: who is out and whom CiviCRM does not know is kept, and nobody is created': {
    given: { mailchimp: 'cleaned' },
    ends: { mailchimp: 'cleaned', civicrm: 'nobody', sync: 'ok', rule: 'R2', base: 'out' },
  },
  'R3c: who is subscribed and a contact without a row in the group is added to it': {
    given: { mailchimp: 'subscribed', civicrm: 'none' },
    ends: { ...IN, rule: 'R3c' },
  },
  'R3c, E1: who is subscribed and nobody in CiviCRM becomes a contact in the group': {
    given: { mailchimp: 'subscribed' },
    ends: { ...IN, rule: 'R3c' },
  },
  'R3d: a removal without a date is listed for a decision': {
    given: { mailchimp: 'subscribed', civicrm: 'Removed', method: 'unknown' },
    ends: {
      mailchimp: 'subscribed',
      civicrm: 'Removed',
      sync: 'fail',
      rule: 'R3d',
      base: null,
      reason: 'undated',
    },
  },
  'R3e: an unconfirmed row of the group is nobody’s act, and is told': {
    given: { mailchimp: 'subscribed', civicrm: 'Pending' },
    ends: {
      mailchimp: 'subscribed',
      civicrm: 'Pending',
      sync: 'ok',
      rule: 'R3e',
      base: null,
      warnings: ['unconfirmed'],
    },
  },
  'R3e: so is a status that CiviCRM does not know itself': {
    given: { mailchimp: 'subscribed', civicrm: 'Hidden' },
    ends: {
      mailchimp: 'subscribed',
      civicrm: 'Hidden',
      sync: 'ok',
      rule: 'R3e',
      base: null,
      warnings: ['unconfirmed', 'unknown-group-status'],
    },
  },
  'R4c, E8: who is in the group and not at Mailchimp is subscribed': {
    given: { civicrm: 'Added' },
    ends: { ...IN, rule: 'R4c' },
  },
  'R4c: so is who only bought something there': {
    given: { mailchimp: 'transactional', civicrm: 'Added' },
    ends: { ...IN, rule: 'R4c' },
  },
  'R6a: who was asked and has not answered is waited for': {
    given: { mailchimp: 'pending', civicrm: 'Added' },
    ends: { mailchimp: 'pending', civicrm: 'Added', sync: 'ok', rule: 'R6a', base: null },
  },
  'R6c: who signed up, has not confirmed and left the group is left alone: the ask was not ours': {
    given: { mailchimp: 'pending', civicrm: 'Removed' },
    ends: { mailchimp: 'pending', civicrm: 'Removed', sync: 'ok', rule: 'R6c', base: null },
  },
  'R6c: who signed up, has not confirmed and is nobody in CiviCRM gets no contact yet': {
    given: { mailchimp: 'pending' },
    ends: { mailchimp: 'pending', civicrm: 'nobody', sync: 'ok', rule: 'R6c', base: null },
  },
  '3: who is subscribed and in the trash is listed for a decision': {
    given: { mailchimp: 'subscribed', civicrm: 'Added' },
    before: ({ civicrm }) => civicrm.trash(),
    ends: {
      mailchimp: 'subscribed',
      civicrm: 'trashed',
      sync: 'fail',
      rule: '3',
      base: null,
      reason: 'in-trash',
    },
  },
  '2.3: who is cleaned at Mailchimp and has no other address cannot be subscribed': {
    given: { mailchimp: 'cleaned', civicrm: 'Added', mailchimpDays: 50, civicrmDays: 10 },
    ends: {
      mailchimp: 'cleaned',
      civicrm: 'Added',
      sync: 'fail',
      rule: 'R4d',
      as: '2.3',
      base: null,
      reason: 'cleaned',
    },
  },
};

const REMOVED_LATER = {
  mailchimp: 'subscribed',
  civicrm: 'Removed',
  mailchimpDays: 50,
  civicrmDays: 10,
} as const;
const DELETED_LATER = { ...REMOVED_LATER, civicrm: 'Deleted' } as const;
const OPTED_IN_LATER = {
  mailchimp: 'subscribed',
  civicrm: 'Removed',
  mailchimpDays: 10,
  civicrmDays: 50,
} as const;
const LEFT_LATER = {
  mailchimp: 'unsubscribed',
  civicrm: 'Added',
  mailchimpDays: 10,
  civicrmDays: 50,
} as const;
const ADDED_LATER = { mailchimp: BY_ADMIN, civicrm: 'Added', mailchimpDays: 50, civicrmDays: 10 } as const;

const KEPT_IN_GROUP = { ...IN, rule: 'R3d', as: 'R3b' } as const;
const UNSUBSCRIBED = {
  mailchimp: 'unsubscribed',
  civicrm: 'Removed',
  sync: 'ok',
  rule: 'R3d',
  as: 'R3a',
  base: 'out',
} as const;
const SUBSCRIBED = { ...IN, rule: 'R4d', as: 'R4b' } as const;
const REMOVED = {
  mailchimp: 'unsubscribed',
  civicrm: 'Removed',
  sync: 'ok',
  rule: 'R4d',
  as: 'R4a',
  base: 'out',
} as const;
const ASKED = {
  mailchimp: 'pending',
  civicrm: 'Added',
  sync: 'ok',
  rule: 'R4d',
  as: 'R4b',
  base: null,
} as const;

const BY_POLICY: Readonly<Record<string, Stories>> = {
  newer: {
    ...WHATEVER_THE_POLICY,
    'R3d: who was removed later than they opted in is unsubscribed': {
      given: REMOVED_LATER,
      ends: UNSUBSCRIBED,
    },
    'R3d: so is whose row was deleted later': {
      given: DELETED_LATER,
      ends: { ...UNSUBSCRIBED, civicrm: 'none' },
    },
    'R3d: who opted in later than they were removed is added to the group': {
      given: OPTED_IN_LATER,
      ends: KEPT_IN_GROUP,
    },
    'R4d: who left later than they were added is removed from the group': {
      given: LEFT_LATER,
      ends: REMOVED,
    },
    'R4d: whose address was cleaned later than they were added is removed': {
      given: { ...LEFT_LATER, mailchimp: 'cleaned' },
      ends: { ...REMOVED, mailchimp: 'cleaned', civicrm: 'Removed, on hold', warnings: ['cleaned'] },
    },
    'R4d: who was archived later than they were added is removed': {
      given: { ...LEFT_LATER, mailchimp: 'archived' },
      ends: { ...REMOVED, mailchimp: 'archived' },
    },
    'R4d: who was added later than an administrator unsubscribed them is subscribed': {
      given: ADDED_LATER,
      ends: SUBSCRIBED,
    },
    'R4d, 2.3: who was added later than they left by their own will is asked': {
      given: { ...ADDED_LATER, mailchimp: 'unsubscribed' },
      ends: ASKED,
    },
    'R4d, 2.3: so is who was archived before we ever saw them': {
      given: { ...ADDED_LATER, mailchimp: 'archived' },
      ends: ASKED,
    },
    'R4d: dates that are the same within the tolerance count for the group': {
      given: { mailchimp: BY_ADMIN, civicrm: 'Added', mailchimpDays: 10, civicrmDays: 10 + 1 / (24 * 60) },
      ends: SUBSCRIBED,
    },
    'R4d: who was added without a date is listed for a decision': {
      given: { mailchimp: 'unsubscribed', civicrm: 'Added', method: 'unknown' },
      ends: {
        mailchimp: 'unsubscribed',
        civicrm: 'Added',
        sync: 'fail',
        rule: 'R4d',
        base: null,
        reason: 'undated',
      },
    },
  },
  mailchimp: {
    'R3d: who is subscribed is added, however late they were removed': {
      given: REMOVED_LATER,
      ends: KEPT_IN_GROUP,
    },
    'R4d: who is out is removed, however late they were added': { given: ADDED_LATER, ends: REMOVED },
    'R4d: so is who was added without a date': {
      given: { ...LEFT_LATER, method: 'unknown' },
      ends: REMOVED,
    },
  },
  civicrm: {
    'R3d: who is out of the group is unsubscribed, however late they opted in': {
      given: OPTED_IN_LATER,
      ends: UNSUBSCRIBED,
    },
    'R4d: who is in the group is subscribed, however late an administrator unsubscribed them': {
      given: { ...LEFT_LATER, mailchimp: BY_ADMIN },
      ends: SUBSCRIBED,
    },
    'R4d, I2: who left by their own will is asked all the same': { given: LEFT_LATER, ends: ASKED },
  },
  'leaving-wins': {
    'R3d: who is out of the group is unsubscribed, however late they opted in': {
      given: OPTED_IN_LATER,
      ends: UNSUBSCRIBED,
    },
    'R4d: who is out at Mailchimp is removed, however late they were added': {
      given: ADDED_LATER,
      ends: REMOVED,
    },
  },
};

tellStories(
  Object.entries(BY_POLICY).map(([policy, stories]) => ({
    title: `a first sync with firstSync=${policy}`,
    policies: [`firstSync=${policy}`],
    stories,
  })),
);
