import { ROUTES } from '../../src/mailchimp/routes.ts';
import { receiveWebhooks } from '../../testing/receive-webhooks.ts';
import { type Exchange, NOW, startMailchimp, type TestMailchimp } from '../../testing/start-mailchimp.ts';

/** Every operation that the sandbox offers, as the official description names it. */
export const OFFERED: readonly string[] = Object.entries(ROUTES).flatMap(([pattern, methods]) =>
  Object.keys(methods).map((method) => `${method} ${pattern.replace(/:([a-z_]+)/g, '{$1}')}`),
);

const EMAIL = 'wilma@flintstone.org';
const OTHER = 'fred@flintstone.org';
const AUDIENCE = {
  name: 'Volunteers',
  contact: {
    company: 'Quarry',
    address1: '1 Rock Road',
    city: 'Bedrock',
    state: 'BR',
    zip: '70777',
    country: 'US',
  },
  permission_reminder: 'You work here.',
  email_type_option: true,
  campaign_defaults: { from_name: 'Quarry', from_email: 'news@quarry.org', subject: '', language: 'en' },
};

/** Calls every operation at least once with success, so that its answer can be held against the description. */
export async function callEveryOperation(onExchange: (exchange: Exchange) => void): Promise<void> {
  const mailchimp = await startMailchimp({ onExchange });
  const receiver = await receiveWebhooks();
  try {
    seed(mailchimp);
    await callAccount(mailchimp);
    await callMembers(mailchimp);
    await callFields(mailchimp);
    await callSegments(mailchimp);
    await callBatches(mailchimp);
    await callWebhooks(mailchimp, receiver.url);
    await callAudiences(mailchimp);
  } finally {
    await receiver.close();
    await mailchimp.close();
  }
}

/** Every value and every kind of member that an answer can show. */
function seed({ world, audience }: TestMailchimp): void {
  const { id: categoryId } = audience.interests.addCategory('Topics', 'checkboxes');
  const bears = audience.interests.add(categoryId, 'Bears');
  for (const type of ['number', 'date', 'birthday', 'url', 'imageurl', 'radio', 'dropdown', 'zip'] as const) {
    audience.addMergeField({ tag: type.toUpperCase(), name: type, type, choices: ['Red'] });
  }
  const home = {
    addr1: '1 Cobblestone Way',
    addr2: '',
    city: 'Bedrock',
    state: 'BR',
    zip: '70777',
    country: 'US',
  };
  world.seedMember(audience.id, {
    email: EMAIL,
    mergeValues: { FNAME: 'Wilma', ADDRESS: home, NUMBER: 7, DATE: '2026-03-02' },
    interests: new Set([bears.id]),
    tags: ['Donor'],
    signedUpAt: NOW,
    optedInAt: NOW,
  });
  world.seedMember(audience.id, { email: OTHER, status: 'unsubscribed', unsubscribeReason: 'Too much' });
  world.people.complain(audience.id, EMAIL, 'c1');
  world.people.signUp(audience.id, { email: EMAIL });
  for (const status of ['cleaned', 'pending', 'transactional', 'archived'] as const) {
    world.seedMember(audience.id, { email: `${status}@flintstone.org`, status });
  }
}

async function callAccount({ call }: TestMailchimp): Promise<void> {
  for (const path of ['/', '/ping', `/search-members?query=${EMAIL}`, '/lists?include_total_contacts=true']) {
    await call('GET', path);
  }
}

async function callMembers({ list }: TestMailchimp): Promise<void> {
  for (const status of ['', 'archived', 'cleaned', 'pending', 'transactional', 'unsubscribed']) {
    await list('GET', `/members${status === '' ? '' : `?status=${status}`}`);
  }
  await list('GET', '/members?fields=members.id,total_items');
  for (const who of [EMAIL, OTHER, 'archived@flintstone.org']) await list('GET', `/members/${who}`);
  for (const part of ['tags', 'activity', 'activity-feed']) {
    await list('GET', `/members/${EMAIL}/${part}`);
    await list('GET', `/members/${OTHER}/${part}`);
  }
  const posted = await list('POST', '/members', {
    email_address: 'new@flintstone.org',
    status: 'subscribed',
  });
  await list('PUT', '/members/put@flintstone.org', {
    email_address: 'put@flintstone.org',
    status_if_new: 'pending',
  });
  await list('PATCH', `/members/${EMAIL}`, { merge_fields: { FNAME: 'W.' } });
  await list('POST', `/members/${posted.json.id}/tags`, { tags: [{ name: 'Friend', status: 'active' }] });
  await list('GET', '/tag-search?name=fr');
  await list('DELETE', `/members/${posted.json.id}`);
  await list('POST', `/members/${posted.json.id}/actions/delete-permanent`);
  const many = [
    { email_address: 'bulk@flintstone.org', status: 'subscribed' },
    { email_address: 'nonsense' },
    { email_address: EMAIL },
  ];
  await list('POST', '', { members: many });
  await list('POST', '', { members: many, update_existing: true });
}

async function callFields({ list }: TestMailchimp): Promise<void> {
  const field = (await list('POST', '/merge-fields', { tag: 'CITY', name: 'City', type: 'text' })).json;
  await list('GET', '/merge-fields?count=1000');
  for (let id = 1; id <= field.merge_id; id += 1) await list('GET', `/merge-fields/${id}`);
  await list('PATCH', `/merge-fields/${field.merge_id}`, { name: 'Town', help_text: 'Where you live' });
  await list('DELETE', `/merge-fields/${field.merge_id}`);

  const categories = '/interest-categories';
  const category = `${categories}/${(await list('POST', categories, { title: 'Days', type: 'radio' })).json.id}`;
  await list('GET', categories);
  await list('GET', category);
  await list('PATCH', category, { title: 'Weekdays', type: 'radio' });
  const interest = `${category}/interests/${(await list('POST', `${category}/interests`, { name: 'Monday' })).json.id}`;
  await list('GET', `${category}/interests`);
  await list('GET', interest);
  await list('PATCH', interest, { name: 'Tuesday' });
  await list('DELETE', interest);
  await list('DELETE', category);
}

async function callSegments({ list }: TestMailchimp): Promise<void> {
  const made = (
    await list('POST', '/segments', { name: 'Board', static_segment: [EMAIL, 'nobody@people.org'] })
  ).json;
  const segment = `/segments/${made.id}`;
  await list('GET', '/segments');
  await list('GET', segment);
  await list('GET', `${segment}/members`);
  await list('PATCH', segment, { name: 'Trustees' });
  await list('POST', segment, { members_to_add: [OTHER, 'nobody@people.org'], members_to_remove: [EMAIL] });
  await list('POST', `${segment}/members`, { email_address: EMAIL });
  await list('DELETE', `${segment}/members/${EMAIL}`);
  await list('DELETE', segment);
}

async function callBatches({ call, clock }: TestMailchimp): Promise<void> {
  const { json } = await call('POST', '/batches', { operations: [{ method: 'GET', path: '/ping' }] });
  await call('GET', '/batches');
  for (let step = 0; step < 6; step += 1) {
    await call('GET', `/batches/${json.id}`);
    clock.advance(20);
  }
  await call('DELETE', `/batches/${json.id}`);
}

async function callWebhooks({ call, list }: TestMailchimp, url: string): Promise<void> {
  const webhook = `/webhooks/${(await list('POST', '/webhooks', { url, events: { subscribe: true } })).json.id}`;
  await list('GET', '/webhooks');
  await list('GET', webhook);
  await list('PATCH', webhook, { sources: { user: true } });
  await list('DELETE', webhook);
  const batch = `/batch-webhooks/${(await call('POST', '/batch-webhooks', { url })).json.id}`;
  await call('GET', '/batch-webhooks');
  await call('GET', batch);
  await call('PATCH', batch, { enabled: false });
  await call('DELETE', batch);
}

async function callAudiences({ call }: TestMailchimp): Promise<void> {
  const audience = `/lists/${(await call('POST', '/lists', AUDIENCE)).json.id}`;
  await call('GET', audience);
  await call('GET', `${audience}?include_total_contacts=true`);
  await call('GET', `${audience}/members`);
  await call('PATCH', audience, { ...AUDIENCE, name: 'Helpers', double_optin: true });
  await call('DELETE', audience);
}
