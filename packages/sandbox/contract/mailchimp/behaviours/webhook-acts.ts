import type { TestMailchimp } from '../../../testing/start-mailchimp.ts';

export const EMAIL = 'wilma@flintstone.org';

/** Somebody does something; the events that follow, by kind and source, in any order where there are several. */
export const ACTS: readonly (readonly [
  what: string,
  source: string,
  kinds: readonly string[],
  act: (mailchimp: TestMailchimp) => unknown,
])[] = [
  [
    'a sign-up',
    'user',
    ['subscribe'],
    ({ world, audience }) => world.people.signUp(audience.id, { email: 'b@people.org' }),
  ],
  [
    'a confirmation',
    'user',
    ['subscribe'],
    ({ world, audience }) => world.people.confirm(audience.id, 'asked@people.org'),
  ],
  [
    'the link in a mail',
    'user',
    ['unsubscribe'],
    ({ world, audience }) => world.people.unsubscribeSelf(audience.id, EMAIL),
  ],
  [
    'a complaint',
    'user',
    ['unsubscribe'],
    ({ world, audience }) => world.people.complain(audience.id, EMAIL),
  ],
  ['a bounce', 'user', ['cleaned'], ({ world, audience }) => world.people.bounce(audience.id, EMAIL)],
  [
    'a corrected name',
    'user',
    ['profile'],
    ({ world, audience }) => world.people.editProfile(audience.id, EMAIL, { mergeValues: { FNAME: 'W' } }),
  ],
  [
    'a change of address',
    'user',
    ['profile', 'upemail'],
    ({ world, audience }) => world.people.changeAddress(audience.id, EMAIL, 'b@people.org'),
  ],
  [
    'an administrator’s unsubscribing',
    'admin',
    ['unsubscribe'],
    ({ world, audience }) => world.people.adminUnsubscribe(audience.id, EMAIL),
  ],
  [
    'an administrator’s adding',
    'admin',
    ['subscribe'],
    ({ world, audience }) => world.people.adminSubscribe(audience.id, 'b@people.org'),
  ],
  [
    'the API’s subscribing',
    'api',
    ['subscribe'],
    ({ list }) => list('POST', '/members', { email_address: 'b@people.org', status: 'subscribed' }),
  ],
  [
    'the API’s unsubscribing',
    'api',
    ['unsubscribe'],
    ({ list }) => list('PATCH', `/members/${EMAIL}`, { status: 'unsubscribed' }),
  ],
  [
    'the API’s changing a name',
    'api',
    ['profile'],
    ({ list }) => list('PATCH', `/members/${EMAIL}`, { merge_fields: { FNAME: 'W' } }),
  ],
  [
    'the API’s changing an address',
    'api',
    ['profile', 'upemail'],
    ({ list }) => list('PATCH', `/members/${EMAIL}`, { email_address: 'b@people.org' }),
  ],
  [
    'the API’s cleaning',
    'api',
    ['cleaned'],
    ({ list }) => list('PATCH', `/members/${EMAIL}`, { status: 'cleaned' }),
  ],
];

/** Whom the acts happen to. */
export function seed({ world, audience }: TestMailchimp): void {
  world.seedMember(audience.id, { email: EMAIL, mergeValues: { FNAME: 'Wilma' } });
  world.seedMember(audience.id, { email: 'asked@people.org', status: 'pending' });
}
