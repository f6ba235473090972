import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type Json, NOW, serveMailchimp } from '../../testing/serve-mailchimp.ts';

/** The official description is reference material beside the repository and not part of it. */
const FILE = fileURLToPath(
  new URL('../../../../../shared/reference/mailchimp-openapi.json', import.meta.url),
);
const description: Json = existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : null;

/** Newer than the description, or left out by the real one when there is nothing to say (reference 3.4). */
const OPTIONAL: ReadonlySet<string> = new Set([
  'unsubscribe_reason',
  'sms_phone_number',
  'sms_subscription_status',
  'sms_subscription_last_updated',
  'marketing_permissions',
  'last_note',
  'ecommerce_data',
  'total_contacts',
  'choices',
  'default_country',
  'phone_format',
  'date_format',
  'size',
  'field',
  'field_message',
  'targetSchema',
  'schema',
]);

/** Everything in which a value and its schema disagree, by the path to it. */
function disagreements(value: Json, schema: Json, path: string): string[] {
  const resolved = '$ref' in schema ? description.definitions[schema.$ref.split('/').at(-1)] : schema;
  if (resolved.enum !== undefined && !resolved.enum.includes(value))
    return [`${path}: ${value} is not accepted`];
  switch (resolved.type) {
    case 'array':
      return Array.isArray(value)
        ? value.flatMap((item, n) => disagreements(item, resolved.items ?? {}, `${path}[${n}]`))
        : [`${path}: no array`];
    case 'object':
      return resolved.properties === undefined ? [] : objectDisagreements(value, resolved.properties, path);
    case 'integer':
      return Number.isInteger(value) ? [] : [`${path}: ${value} is no integer`];
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value === resolved.type ? [] : [`${path}: ${value} is no ${resolved.type}`];
    default:
      return [];
  }
}

function objectDisagreements(value: Json, properties: Json, path: string): string[] {
  const unknown = Object.keys(value).filter((key) => properties[key] === undefined);
  const missing = Object.keys(properties).filter((key) => value[key] === undefined && !OPTIONAL.has(key));
  return [
    ...unknown.map((key) => `${path}.${key}: unknown to the description`),
    ...missing.map((key) => `${path}.${key}: missing`),
    ...Object.entries(properties).flatMap(([key, schema]) =>
      value[key] === undefined ? [] : disagreements(value[key], schema, `${path}.${key}`),
    ),
  ];
}

const answerSchema = (path: string, method: string): Json =>
  description.paths[path][method].responses[200].schema;

async function populated() {
  const mailchimp = await serveMailchimp();
  const { world, audience } = mailchimp;
  const category = audience.interests.addCategory('Topics', 'checkboxes');
  const interest = audience.interests.add(category.id, 'Bears');
  audience.addMergeField({ tag: 'COLOUR', name: 'Colour', type: 'dropdown', choices: ['Red'] });
  world.seedMember(audience.id, {
    email: 'wilma@flintstone.org',
    mergeValues: { FNAME: 'Wilma' },
    interests: new Set([interest.id]),
    tags: ['Donor'],
    signedUpAt: NOW,
    optedInAt: NOW,
  });
  world.seedMember(audience.id, { email: 'fred@flintstone.org', status: 'unsubscribed' });
  return { ...mailchimp, category, interest };
}

describe.skipIf(description === null)(
  'answers agree with the official description (skipped where it is not beside the repository)',
  () => {
    const MEMBER = '/lists/{list_id}/members/{subscriber_hash}';
    const CATEGORY = '/lists/{list_id}/interest-categories/{interest_category_id}';

    test.each([
      ['/', '/'],
      ['/ping', '/ping'],
      ['/lists', '/lists'],
      ['/lists/{list_id}', '/lists/LIST?include_total_contacts=true'],
      ['/lists/{list_id}/members', '/lists/LIST/members'],
      [MEMBER, '/lists/LIST/members/wilma@flintstone.org'],
      [MEMBER, '/lists/LIST/members/fred@flintstone.org'],
      [`${MEMBER}/tags`, '/lists/LIST/members/wilma@flintstone.org/tags'],
      [`${MEMBER}/activity-feed`, '/lists/LIST/members/fred@flintstone.org/activity-feed'],
      ['/lists/{list_id}/tag-search', '/lists/LIST/tag-search?name=do'],
      ['/lists/{list_id}/merge-fields', '/lists/LIST/merge-fields'],
      ['/lists/{list_id}/merge-fields/{merge_id}', '/lists/LIST/merge-fields/3'],
      ['/lists/{list_id}/interest-categories', '/lists/LIST/interest-categories'],
      [CATEGORY, '/lists/LIST/interest-categories/CATEGORY'],
      [`${CATEGORY}/interests`, '/lists/LIST/interest-categories/CATEGORY/interests'],
      [`${CATEGORY}/interests/{interest_id}`, '/lists/LIST/interest-categories/CATEGORY/interests/INTEREST'],
      ['/search-members', '/search-members?query=wilma'],
      ['/batches', '/batches'],
    ])('GET %s: %s', async (described, path) => {
      const { call, audience, category, interest } = await populated();
      await call('POST', '/batches', { operations: [{ method: 'GET', path: '/ping' }] });
      const actual = path
        .replace('LIST', audience.id)
        .replace('CATEGORY', category.id)
        .replace('INTEREST', interest.id);
      const { status, json } = await call('GET', actual);
      expect(status).toBe(200);
      expect(disagreements(json, answerSchema(described, 'get'), '')).toEqual([]);
    });

    test('POST /batches and GET of one', async () => {
      const { call } = await populated();
      const { json } = await call('POST', '/batches', { operations: [{ method: 'GET', path: '/ping' }] });
      expect(disagreements(json, description.definitions.Batch, '')).toEqual([]);
      const read = (await call('GET', `/batches/${json.id}`)).json;
      expect(disagreements(read, description.definitions.Batch, '')).toEqual([]);
    });

    test('POST and PUT of a member, and POST of many', async () => {
      const { list } = await populated();
      const member = (email: string) => ({ email_address: email, status: 'subscribed' });
      const posted = (await list('POST', '/members', member('a@people.org'))).json;
      const put = (await list('PUT', '/members/b@people.org', member('b@people.org'))).json;
      for (const json of [posted, put])
        expect(disagreements(json, description.definitions.Member, '')).toEqual([]);
      const many = { members: [member('c@people.org'), member('wilma@flintstone.org')] };
      const { json } = await list('POST', '', many);
      expect([json.total_created, json.error_count]).toEqual([1, 1]);
      expect(disagreements(json, description.definitions.BatchSubscribeResponse, '')).toEqual([]);
    });
  },
);
