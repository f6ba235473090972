import { expect, test } from 'vitest';
import { type ProfileModel, runModel } from '../../testing/profile-model.ts';

const member = (address: string, facts: Partial<ProfileModel['members'][number]> = {}) => ({
  address,
  status: 'subscribed' as const,
  isOn: false,
  name: '',
  ...facts,
});
const contact = (addresses: readonly string[], facts: Partial<ProfileModel['contacts'][number]> = {}) => ({
  addresses,
  group: 'Added' as const,
  row: '',
  isRemovedLate: false,
  name: '',
  ...facts,
});
const link = (
  at: readonly [member: number, contact: number],
  facts: Partial<ProfileModel['links'][number]> = {},
) => ({ member: at[0], contact: at[1], partedBy: null, side: null, base: undefined, ...facts });

const [HOME, WORK, CLUB, OLD] = ['home@x.test', 'work@x.test', 'club@x.test', 'old@x.test'] as const;

/** Households for whom a third run was needed once (I1), as `settling.property.test.ts` had found them. */
const HOUSEHOLDS: Readonly<Record<string, () => ProfileModel>> = {
  'two addresses at once: the one that comes last is the best': () => ({
    members: [member(OLD), member(HOME, { name: 'Fred' })],
    contacts: [contact([])],
    links: [
      link([0, 0], { partedBy: 'mailchimp', side: 'in' }),
      link([1, 0], { partedBy: 'mailchimp', side: 'in' }),
    ],
  }),
  'a name goes from the best address over the contact to the other one': () => ({
    members: [member(WORK), member(HOME, { name: 'Wilma' })],
    contacts: [contact([HOME, WORK], { group: 'none' })],
    links: [link([0, 0]), link([1, 0])],
  }),
  'two members, one address: one gets it, and the other goes': () => ({
    members: [member(HOME), member(WORK, { name: 'Wilma' })],
    contacts: [contact([OLD])],
    links: [
      link([0, 0], { partedBy: 'civicrm', side: 'in' }),
      link([1, 0], { partedBy: 'civicrm', side: 'in' }),
    ],
  }),
  'an interest goes from one contact over a shared member to the other members of another': () => ({
    members: [member(HOME), member(OLD), member(WORK, { isOn: true })],
    contacts: [contact([CLUB, HOME, WORK], { group: 'none' }), contact([CLUB], { row: 'Added' })],
    links: [link([0, 0]), link([1, 0], { partedBy: 'civicrm', side: 'out' }), link([2, 0])],
  }),
  'an interest that goes off with a new best address comes on again through whom it is shared with': () => ({
    members: [member(HOME), member(CLUB, { isOn: true })],
    contacts: [contact([CLUB]), contact([], { row: 'Added' })],
    links: [
      link([0, 0], { partedBy: 'mailchimp', side: 'in' }),
      link([0, 1], { partedBy: 'mailchimp', side: 'in' }),
      link([1, 0]),
    ],
  }),
  'an interest that is off at a new best address and on for whom the old one is shared with': () => ({
    members: [member(OLD, { isOn: true })],
    contacts: [
      contact([WORK, OLD], { row: 'Removed', isRemovedLate: true }),
      contact([OLD]),
      contact([WORK]),
    ],
    links: [link([0, 0]), link([0, 1])],
  }),
};

test.each(Object.entries(HOUSEHOLDS))('I1: %s', (_, household) => {
  const model = household();
  const runs = [runModel(model), runModel(model)];
  expect(runModel(model), JSON.stringify(runs)).toEqual([]);
});
