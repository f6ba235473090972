import { describe, expect, test } from 'vitest';
import { serveMailchimp } from '../../testing/serve-mailchimp.ts';

const member = (email: string, rest: object = {}) => ({
  email_address: email,
  status: 'subscribed',
  ...rest,
});

describe('POST /lists/{id}', () => {
  test('answers 200 with what was created, updated and refused', async () => {
    const { list, world, audience } = await serveMailchimp();
    world.seedMember(audience.id, {
      email: 'there@people.org',
      status: 'unsubscribed',
      unsubscribedBy: 'admin',
    });
    world.seedMember(audience.id, { email: 'left@people.org', status: 'unsubscribed' });
    world.seedMember(audience.id, { email: 'archived@people.org', status: 'archived' });
    const emails = [
      'new@people.org',
      'there@people.org',
      'left@people.org',
      'archived@people.org',
      'x@example.com',
    ];
    const { status, json } = await list('POST', '', {
      members: emails.map((email) => member(email)),
      update_existing: true,
    });
    expect(status).toBe(200);
    expect([json.total_created, json.total_updated, json.error_count]).toEqual([2, 1, 2]);
    expect(json.new_members.map((one: { email_address: string }) => one.email_address)).toEqual([
      'new@people.org',
      'archived@people.org',
    ]);
    expect(
      json.errors.map((one: Record<string, string>) => [one['email_address'], one['error_code']]),
    ).toEqual([
      ['left@people.org', 'ERROR_GENERIC'],
      ['x@example.com', 'ERROR_GENERIC'],
    ]);
  });

  test('leaves present members alone unless told to update them', async () => {
    const { list, world, audience } = await serveMailchimp();
    world.seedMember(audience.id, {
      email: 'there@people.org',
      status: 'unsubscribed',
      unsubscribedBy: 'admin',
    });
    const { json } = await list('POST', '', { members: [member('there@people.org')] });
    expect(json.errors[0].error_code).toBe('ERROR_CONTACT_EXISTS');
    expect(world.findMember(audience.id, 'there@people.org')?.status).toBe('unsubscribed');
  });

  test('an address twice is an error, or passed over when asked', async () => {
    const { list } = await serveMailchimp();
    const members = [member('a@people.org'), member('A@people.org')];
    expect((await list('POST', '', { members })).json.error_count).toBe(1);
    const other = [member('b@people.org'), member('B@people.org')];
    expect((await list('POST', '?skip_duplicate_check=true', { members: other })).json.error_count).toBe(0);
  });

  test('sync_tags replaces the tags', async () => {
    const { list, world, audience } = await serveMailchimp();
    world.seedMember(audience.id, { email: 'a@people.org', tags: ['Old', 'Both'] });
    const members = [member('a@people.org', { tags: ['Both', 'New'] })];
    const { json } = await list('POST', '', { members, update_existing: true, sync_tags: true });
    expect(json.updated_members[0].tags.map((tag: { name: string }) => tag.name)).toEqual(['Both', 'New']);
  });

  test('a merge field that is refused is named', async () => {
    const { list, audience } = await serveMailchimp();
    audience.addMergeField({ tag: 'LTV', name: 'Value', type: 'number' });
    const { json } = await list('POST', '', {
      members: [member('a@people.org', { merge_fields: { LTV: 'much' } })],
    });
    expect(json.errors[0]).toMatchObject({
      error_code: 'ERROR_GENERIC',
      field: 'LTV',
      field_message: 'Please enter a number',
    });
  });

  test('more than 500 members refuse the whole request', async () => {
    const { list, audience } = await serveMailchimp();
    const members = Array.from({ length: 501 }, (_, n) => member(`p${n}@people.org`));
    expect((await list('POST', '', { members })).status).toBe(400);
    expect(audience.size).toBe(0);
  });
});
