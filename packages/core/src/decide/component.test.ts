import { describe, expect, test } from 'vitest';
import { civicrm, link, mailchimp } from '../../testing/factories.ts';
import { contactId, mailchimpContactId } from '../domain/ids.ts';
import { indexComponent, memberKey } from './component.ts';

const home = { address: 'Home@x.test', contactId: mailchimpContactId('mc-home') };
const work = { address: 'work@x.test', contactId: mailchimpContactId('mc-work') };
const wilma = { contactId: contactId(1) };
const fred = { contactId: contactId(2) };

const component = indexComponent([
  link({ id: 1, mailchimp: home, civicrm: wilma }),
  link({ id: 2, mailchimp: work, civicrm: wilma }),
  link({ id: 3, mailchimp: home, civicrm: fred }),
  link({ id: 4, mailchimp: { address: 'alone@x.test', contactId: null, status: 'absent' }, civicrm: null }),
]);

describe('a component', () => {
  test('knows the members of a contact and the contacts of a member', () => {
    expect(component.membersOf(civicrm(wilma)).map(({ address }) => address)).toEqual([
      'Home@x.test',
      'work@x.test',
    ]);
    expect(component.contactsOf(mailchimp(home)).map((contact) => contact.contactId)).toEqual([1, 2]);
    expect(component.membersOf(civicrm({ contactId: contactId(9) }))).toEqual([]);
    expect(component.contactsOf(mailchimp({ address: 'alone@x.test', contactId: null }))).toEqual([]);
  });

  test('finds a member by address without regard to case and blanks, linked or not', () => {
    expect(component.memberAt(' HOME@x.test')?.contactId).toBe('mc-home');
    expect(component.memberAt('alone@x.test')?.status).toBe('absent');
    expect(component.memberAt('nobody@x.test')).toBeUndefined();
  });
});

test.each(['absent', 'gone'] as const)(
  'of two who had an address the one who is there is found, before or after one who is %s',
  (status) => {
    const there = link({ id: 1, mailchimp: home });
    const before = link({
      id: 2,
      mailchimp: { ...home, contactId: mailchimpContactId('mc-before'), status },
    });
    for (const links of [
      [there, before],
      [before, there],
    ])
      expect(indexComponent(links).memberAt('home@x.test')?.contactId).toBe('mc-home');
    expect(indexComponent([before]).memberAt('home@x.test')?.contactId).toBe('mc-before');
  },
);

test('a member is known by contact_id, and by address until Mailchimp tells one', () => {
  expect(memberKey(mailchimp(home))).toBe('mc-home');
  expect(memberKey(mailchimp({ address: ' Alone@x.test', contactId: null }))).toBe('alone@x.test');
});
