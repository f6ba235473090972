import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { MailchimpSettings } from '../../../src/mailchimp/settings.ts';
import type { WebhookSender } from '../../../src/mailchimp/webhook-sender.ts';
import { type Receiver, receiveWebhooks } from '../../../testing/receive-webhooks.ts';
import type { Json, TestMailchimp } from '../../../testing/start-mailchimp.ts';
import { type Behaviour, behaviour } from '../behaviour.ts';

export const EVENTS = {
  subscribe: true,
  unsubscribe: true,
  profile: true,
  cleaned: true,
  upemail: true,
} as const;
export const SOURCES = { user: true, admin: true, api: true } as const;

/** A behaviour with a receiver whose webhook, for all events and sources, is there already. */
export const received = (
  says: string,
  check: (mailchimp: TestMailchimp, receiver: Receiver, webhook: Json) => Promise<void>,
  settings: Partial<MailchimpSettings> = {},
): Behaviour =>
  behaviour(
    says,
    async (mailchimp) => {
      const receiver = await receiveWebhooks();
      try {
        const body = { url: receiver.url, events: EVENTS, sources: SOURCES };
        await check(mailchimp, receiver, (await mailchimp.list('POST', '/webhooks', body)).json);
      } finally {
        await receiver.close();
      }
    },
    settings,
  );

/** A last event that everybody gets, to wait for where nothing else shall have come. */
export async function last({ world, audience }: TestMailchimp, receiver: Receiver, count: number) {
  world.people.signUp(audience.id, { email: `last${count}@people.org` });
  const posts = await receiver.received(count);
  assert.equal(posts.at(-1)?.form.get('data[email]'), `last${count}@people.org`);
  return posts;
}

/** The latest delivery has been tried so often, and the sender has taken note. */
export async function settled(sender: WebhookSender, attempts: number): Promise<void> {
  while ((sender.deliveries().at(-1)?.attempts ?? 0) < attempts) await nextTurn();
}
