import { describe, expect, test } from 'vitest';
import { serveMailchimp } from '../../testing/serve-mailchimp.ts';
import type { TestMailchimp } from '../../testing/start-mailchimp.ts';
import type { MemberSeed } from './new-member.ts';
import type { MemberState } from './transitions.ts';

const EMAIL = 'wilma@flintstone.org';

/** How somebody gets into each state. */
const SEEDS: Record<Exclude<MemberState, 'absent' | 'forgotten'>, Omit<MemberSeed, 'email'>> = {
  subscribed: { status: 'subscribed' },
  'unsubscribed-by-admin': { status: 'unsubscribed', unsubscribedBy: 'admin' },
  'unsubscribed-by-person': { status: 'unsubscribed', unsubscribedBy: 'person' },
  cleaned: { status: 'cleaned' },
  pending: { status: 'pending' },
  'pending-after-leaving': { status: 'pending', hasLeftThemselves: true },
  transactional: { status: 'transactional' },
  archived: { status: 'archived', statusBeforeArchive: 'subscribed' },
  'archived-after-leaving': {
    status: 'archived',
    statusBeforeArchive: 'unsubscribed',
    hasLeftThemselves: true,
  },
};

function bring(mailchimp: TestMailchimp, state: MemberState): void {
  const { world, audience } = mailchimp;
  if (state === 'absent') return;
  world.seedMember(audience.id, { email: EMAIL, ...(state === 'forgotten' ? {} : SEEDS[state]) });
  if (state === 'forgotten') world.people.deletePermanently(audience.id, EMAIL);
}

/** What came of it, in one word each: a status and `+mail`, or the title of the problem. */
async function outcomeOf(mailchimp: TestMailchimp, method: string, status: string): Promise<string> {
  const body = { email_address: EMAIL, status };
  const answer =
    method === 'DELETE'
      ? await mailchimp.list('DELETE', `/members/${EMAIL}`)
      : await mailchimp.list(method, method === 'POST' ? '/members' : `/members/${EMAIL}`, body);
  if (answer.status >= 400) return `${answer.status} ${answer.json.title}`;
  const mails = mailchimp.world.mailsTo(EMAIL).length;
  return `${mailchimp.world.findMember(mailchimp.audience.id, EMAIL)?.status}${mails > 0 ? ` +${mails} mail` : ''}`;
}

const COMPLIANCE = '400 Member In Compliance State';

test('a setting changes a cell that is a guess', async () => {
  const mailchimp = await serveMailchimp({ transitions: { 'archived>unsubscribed': 'ok' } });
  bring(mailchimp, 'archived');
  expect(await outcomeOf(mailchimp, 'PUT', 'unsubscribed')).toBe('unsubscribed');
});

describe('an own unsubscription', () => {
  test('outlasts archiving and a withdrawn ask, until the person comes back', async () => {
    const mailchimp = await serveMailchimp();
    const { world, audience } = mailchimp;
    bring(mailchimp, 'unsubscribed-by-person');
    expect(await outcomeOf(mailchimp, 'PUT', 'pending')).toBe('pending +1 mail');
    expect(
      (await mailchimp.list('PATCH', `/members/${EMAIL}`, { status: 'unsubscribed' })).json
        .unsubscribe_reason,
    ).toBe('N/A (Unsubscribed by admin)');
    expect(await outcomeOf(mailchimp, 'PUT', 'subscribed')).toBe(COMPLIANCE);
    await mailchimp.list('DELETE', `/members/${EMAIL}`);
    expect(await outcomeOf(mailchimp, 'PUT', 'subscribed')).toBe(COMPLIANCE);
    await mailchimp.list('PUT', `/members/${EMAIL}`, { status: 'pending' });
    world.people.confirm(audience.id, EMAIL);
    await mailchimp.list('PATCH', `/members/${EMAIL}`, { status: 'unsubscribed' });
    expect((await mailchimp.list('PUT', `/members/${EMAIL}`, { status: 'subscribed' })).json.status).toBe(
      'subscribed',
    );
  });

  test('cannot be undone by asking twice: the second ask sends no mail', async () => {
    const mailchimp = await serveMailchimp();
    bring(mailchimp, 'unsubscribed-by-person');
    await outcomeOf(mailchimp, 'PUT', 'pending');
    expect(await outcomeOf(mailchimp, 'PUT', 'pending')).toBe('pending +1 mail');
    await mailchimp.list('PATCH', `/members/${EMAIL}`, { status: 'unsubscribed' });
    expect(await outcomeOf(mailchimp, 'PUT', 'pending')).toBe('pending +2 mail');
  });
});

test('status_if_new leaves those alone who are there, archived ones too', async () => {
  for (const state of ['subscribed', 'unsubscribed-by-person', 'archived', 'cleaned', 'pending'] as const) {
    const mailchimp = await serveMailchimp();
    bring(mailchimp, state);
    const before = mailchimp.world.findMember(mailchimp.audience.id, EMAIL)?.status;
    const body = { email_address: EMAIL, status_if_new: 'subscribed' };
    expect((await mailchimp.list('PUT', `/members/${EMAIL}`, body)).json.status).toBe(before);
  }
});

test('an unknown status is an invalid resource', async () => {
  const mailchimp = await serveMailchimp();
  for (const status of ['archived', 'SUBSCRIBED', 'nonsubscribed', 7]) {
    const { json } = await mailchimp.list('POST', '/members', { email_address: EMAIL, status });
    expect([json.title, json.errors[0].field]).toEqual(['Invalid Resource', 'status']);
  }
});
