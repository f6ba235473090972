import { IN, OUT, type Stories, tellStories } from '../../testing/tell-stories.ts';

const BY_ADMIN = { status: 'unsubscribed', unsubscribedBy: 'admin' } as const;
const BOTH_IN = { mailchimp: 'subscribed', civicrm: 'Added' } as const;
const BOTH_OUT = { mailchimp: 'unsubscribed', civicrm: 'Removed' } as const;

/** Once both sides have agreed that somebody is in. */
const FROM_IN: Stories = {
  'R1: an edit that changes nothing is no change': {
    given: BOTH_IN,
    act: ({ mailchimp }) => mailchimp.editProfile(),
    ends: { ...IN, rule: 'R1' },
  },
  'R3a, E9: whom staff remove from the group is unsubscribed': {
    given: BOTH_IN,
    act: ({ civicrm }) => civicrm.remove(),
    ends: { ...OUT, rule: 'R3a' },
  },
  'R3a: so is who leaves by a mail of CiviCRM': {
    given: BOTH_IN,
    act: ({ civicrm }) => civicrm.unsubscribeByMail(),
    ends: { ...OUT, rule: 'R3a' },
  },
  'R3a, E10: so is whose row is deleted': {
    given: BOTH_IN,
    act: ({ civicrm }) => civicrm.deleteRow(),
    ends: { ...OUT, civicrm: 'none', rule: 'R3a' },
  },
  'R3a, E10: so is whose row vanishes without a trace in history': {
    given: BOTH_IN,
    act: ({ civicrm }) => civicrm.vanish(),
    ends: { ...OUT, civicrm: 'none', rule: 'R3a' },
  },
  'R3e: whose row becomes unconfirmed is left alone, and told': {
    given: BOTH_IN,
    act: ({ civicrm }) => civicrm.setStatus('Pending'),
    ends: { ...IN, civicrm: 'Pending', rule: 'R3e', warnings: ['unconfirmed'] },
  },
  'R4a, E2: who unsubscribes is removed from the group': {
    given: BOTH_IN,
    act: ({ mailchimp }) => mailchimp.unsubscribe(),
    ends: { ...OUT, rule: 'R4a' },
  },
  'R4a: so is whom an administrator unsubscribes': {
    given: BOTH_IN,
    act: ({ mailchimp }) => mailchimp.adminUnsubscribe(),
    ends: { ...OUT, rule: 'R4a' },
  },
  'R4a, E3: so is whose address is found dead': {
    given: BOTH_IN,
    act: ({ mailchimp }) => mailchimp.bounce(),
    ends: { ...OUT, mailchimp: 'cleaned', civicrm: 'Removed, on hold', rule: 'R4a', warnings: ['cleaned'] },
  },
  'R4a, E4: so is who is archived': {
    given: BOTH_IN,
    act: ({ mailchimp }) => mailchimp.archive(),
    ends: { ...OUT, mailchimp: 'archived', rule: 'R4a' },
  },
  'R4e, E5: so is who is permanently deleted': {
    given: BOTH_IN,
    act: ({ mailchimp }) => mailchimp.erase(),
    ends: { ...OUT, mailchimp: 'absent', rule: 'R4e' },
  },
  'R2: who leaves both sides at once is agreed': {
    given: BOTH_IN,
    act({ mailchimp, civicrm }) {
      mailchimp.unsubscribe();
      civicrm.remove();
    },
    ends: { ...OUT, rule: 'R2' },
  },
  '2.1: whom staff remove and add again after they were unsubscribed by an administrator is subscribed': {
    given: BOTH_IN,
    act({ mailchimp, civicrm }, later) {
      mailchimp.adminUnsubscribe();
      later();
      civicrm.remove();
      civicrm.add();
    },
    ends: { ...IN, rule: 'R4a', as: 'R4b' },
  },
  '2.1, I2: whom staff re-add after they left by their own will is asked': {
    given: BOTH_IN,
    act({ mailchimp, civicrm }, later) {
      mailchimp.unsubscribe();
      later();
      civicrm.remove();
      civicrm.add();
    },
    ends: { mailchimp: 'pending', civicrm: 'Added', sync: 'ok', rule: 'R4a', as: 'R4b', base: 'in' },
  },
  '2.1: who leaves after staff re-added them is removed all the same': {
    given: BOTH_IN,
    act({ mailchimp, civicrm }, later) {
      civicrm.remove();
      civicrm.add();
      later();
      mailchimp.unsubscribe();
    },
    ends: { ...OUT, rule: 'R4a' },
  },
  '2.1: a row saved again without a change is no adding': {
    given: BOTH_IN,
    act({ mailchimp, civicrm }, later) {
      mailchimp.unsubscribe();
      later();
      civicrm.saveUnchanged();
    },
    ends: { ...OUT, rule: 'R4a' },
  },
  '2.1: who opts in again after they were removed is added to the group': {
    given: BOTH_IN,
    act({ mailchimp, civicrm }, later) {
      mailchimp.unsubscribe();
      civicrm.remove();
      later();
      mailchimp.signUp();
    },
    ends: { ...IN, rule: 'R3a', as: 'R3b' },
  },
  '2.1: who opts in again before they are removed is unsubscribed': {
    given: BOTH_IN,
    act({ mailchimp, civicrm }, later) {
      mailchimp.unsubscribe();
      mailchimp.signUp();
      later();
      civicrm.remove();
    },
    ends: { ...OUT, rule: 'R3a' },
  },
  'E11: whose contact is trashed is unsubscribed': {
    given: BOTH_IN,
    act: ({ civicrm }) => civicrm.trash(),
    ends: { ...OUT, civicrm: 'trashed', rule: 'E11' },
  },
  'E12: so is whose contact is permanently deleted': {
    given: BOTH_IN,
    act: ({ civicrm }) => civicrm.erase(),
    ends: { ...OUT, civicrm: 'erased', rule: 'E12' },
  },
};

/** Once both sides have agreed that somebody is out. */
const FROM_OUT: Stories = {
  'R3b, E1: who signs up again is added to the group': {
    given: BOTH_OUT,
    act: ({ mailchimp }) => mailchimp.signUp(),
    ends: { ...IN, rule: 'R3b' },
  },
  'R3b, E1: so is who was kept and nobody in CiviCRM, as a new contact': {
    given: { mailchimp: 'unsubscribed' },
    act: ({ mailchimp }) => mailchimp.signUp(),
    ends: { ...IN, rule: 'R3b' },
  },
  '2.1: who signs up, joins by the site and then leaves by a mail of CiviCRM is unsubscribed': {
    given: BOTH_OUT,
    act({ mailchimp, civicrm }, later) {
      mailchimp.signUp();
      later();
      civicrm.joinByWeb();
      civicrm.unsubscribeByMail();
    },
    ends: { ...OUT, rule: 'R3b', as: 'R3a' },
  },
  '2.1: a later removal that does not show who meant what is listed for a decision': {
    given: BOTH_OUT,
    act({ mailchimp, civicrm }, later) {
      mailchimp.signUp();
      later();
      civicrm.remove();
    },
    ends: {
      mailchimp: 'subscribed',
      civicrm: 'Removed',
      sync: 'fail',
      rule: 'R3b',
      as: '2.1',
      base: 'out',
      reason: 'later-removal',
    },
  },
  'R4b, E8: whom staff add is subscribed where an administrator had unsubscribed them': {
    given: { ...BOTH_OUT, mailchimp: BY_ADMIN },
    act: ({ civicrm }) => civicrm.add(),
    ends: { ...IN, rule: 'R4b' },
  },
  'R4b, 2.3: whom staff add is asked where they had left by their own will': {
    given: BOTH_OUT,
    act: ({ civicrm }) => civicrm.add(),
    ends: { mailchimp: 'pending', civicrm: 'Added', sync: 'ok', rule: 'R4b', base: 'out' },
  },
};

/** And then something more happens. */
const LATER_ON: Stories = {
  'R6a: who was asked and confirms is agreed': {
    given: BOTH_OUT,
    act: ({ civicrm }) => civicrm.add(),
    act2: ({ mailchimp }) => mailchimp.confirm(),
    ends: { ...IN, rule: 'R1' },
  },
  'R6a, I5: who was asked and says no is listed, and not asked again for the same act': {
    given: BOTH_OUT,
    act: ({ civicrm }) => civicrm.add(),
    act2: ({ mailchimp }) => mailchimp.unsubscribe(),
    ends: {
      mailchimp: 'unsubscribed',
      civicrm: 'Added',
      sync: 'fail',
      rule: 'R4b',
      as: '2.3',
      base: 'out',
      reason: 'already-asked',
    },
  },
  'R6c: an ask of ours is withdrawn from who is removed before they answer': {
    given: BOTH_OUT,
    act: ({ civicrm }) => civicrm.add(),
    act2: ({ civicrm }) => civicrm.remove(),
    ends: { ...OUT, rule: 'R6c' },
  },
  'R4b: whom we unsubscribed and staff add again is subscribed': {
    given: BOTH_IN,
    act: ({ civicrm }) => civicrm.remove(),
    act2: ({ civicrm }) => civicrm.add(),
    ends: { ...IN, rule: 'R4b' },
  },
  'R4b, 2.3, I2: whom we unsubscribed because they left by a mail of CiviCRM is asked': {
    given: BOTH_IN,
    act: ({ civicrm }) => civicrm.unsubscribeByMail(),
    act2: ({ civicrm }) => civicrm.joinByWeb(),
    ends: { mailchimp: 'pending', civicrm: 'Added', sync: 'ok', rule: 'R4b', base: 'out' },
  },
  'R4f: who was permanently deleted and is added again is tried once, and refused': {
    given: BOTH_IN,
    act: ({ mailchimp }) => mailchimp.erase(),
    act2: ({ civicrm }) => civicrm.add(),
    ends: {
      mailchimp: 'absent',
      civicrm: 'Added',
      sync: 'fail',
      rule: 'R4f',
      as: '2.3',
      base: 'out',
      reason: 'forgotten',
    },
  },
  'E11: who is restored from the trash is subscribed again': {
    given: BOTH_IN,
    act: ({ civicrm }) => civicrm.trash(),
    act2: ({ civicrm }) => civicrm.restore(),
    ends: { ...IN, rule: 'R4b' },
  },
  'E11: who left meanwhile is removed from the group': {
    given: BOTH_IN,
    act: ({ civicrm }) => civicrm.trash(),
    act2({ mailchimp, civicrm }) {
      mailchimp.signUp();
      mailchimp.unsubscribe();
      civicrm.restore();
    },
    ends: { ...OUT, rule: 'R4b', as: 'R4a' },
  },
  'E12b: who is in the trash and opts in afresh becomes a new contact, with a warning': {
    given: BOTH_IN,
    act: ({ civicrm }) => civicrm.trash(),
    act2: ({ mailchimp }) => mailchimp.signUp(),
    ends: { ...IN, civicrm: 'trashed', rule: 'E12b', warnings: ['joined-afresh'] },
  },
  'E12b: so does who was permanently deleted': {
    given: BOTH_IN,
    act: ({ civicrm }) => civicrm.erase(),
    act2: ({ mailchimp }) => mailchimp.signUp(),
    ends: { ...IN, civicrm: 'erased', rule: 'E12b', warnings: ['joined-afresh'] },
  },
};

tellStories([
  { title: 'from agreed in', stories: FROM_IN },
  { title: 'from agreed out', stories: FROM_OUT },
  { title: 'later on', stories: LATER_ON },
]);
