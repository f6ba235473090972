import type { Random } from '../random.ts';
import type { Account } from './account.ts';
import type { Audience } from './audience.ts';
import type { AudienceEvent } from './audience-event.ts';
import type { Batch } from './batch.ts';
import { eventFields, type FormFields } from './event-fields.ts';
import type { MailchimpSettings } from './settings.ts';
import type { BatchWebhook, Hook, Webhook } from './webhook.ts';
import type { WebhookSender } from './webhook-sender.ts';

export interface WebhooksOptions {
  readonly sender: WebhookSender;
  readonly random: Random;
  readonly settings: () => MailchimpSettings;
}

/** The webhooks of all audiences and of all accounts' batches, and who of them is told of what. */
export class Webhooks {
  readonly #options: WebhooksOptions;
  readonly #ofAudiences = new Map<string, Webhook[]>();
  readonly #ofBatches = new Map<string, BatchWebhook[]>();

  constructor(options: WebhooksOptions) {
    this.#options = options;
  }

  ofAudience(listId: string): readonly Webhook[] {
    return this.#ofAudiences.get(listId) ?? [];
  }

  ofBatches(accountId: string): readonly BatchWebhook[] {
    return this.#ofBatches.get(accountId) ?? [];
  }

  add(listId: string, given: Pick<Webhook, 'url' | 'events' | 'sources'>): Webhook {
    const webhook: Webhook = { ...this.#newHook(given.url), ...given, listId };
    this.#ofAudiences.set(listId, [...this.ofAudience(listId), webhook]);
    return webhook;
  }

  addForBatches(accountId: string, url: string): BatchWebhook {
    const webhook = this.#newHook(url);
    this.#ofBatches.set(accountId, [...this.ofBatches(accountId), webhook]);
    return webhook;
  }

  /** What is under way to it is dropped. */
  remove(webhook: Hook): void {
    webhook.isOn = false;
    for (const hooks of [this.#ofAudiences, this.#ofBatches]) dropFrom(hooks, webhook);
  }

  /** Tells those webhooks of the audience that want to know. */
  announce(audience: Audience, event: AudienceEvent): void {
    for (const webhook of this.ofAudience(audience.id)) {
      if (!webhook.events.has(event.kind) || !webhook.sources.has(event.source)) continue;
      const path = `/lists/${audience.id}/webhooks/${webhook.id}`;
      this.#options.sender.send(webhook, path, event.kind, eventFields(audience, event));
    }
  }

  /** Tells every batch webhook of the account, whoever started the batch (reference 7.2). */
  announceBatch(batch: Batch, fields: FormFields): void {
    for (const webhook of this.ofBatches(batch.accountId)) {
      const path = `/batch-webhooks/${webhook.id}`;
      this.#options.sender.send(webhook, path, 'batch_operation_completed', fields);
    }
  }

  /** Batch events of the account that were not delivered yet: too many of them hold up new batches. */
  waitingForBatches(account: Account): number {
    return this.#options.sender.waiting(new Set(this.ofBatches(account.id).map(({ id }) => id)));
  }

  #newHook(url: string): Hook {
    const { random, settings } = this.#options;
    const secret = settings().webhookSigning === 'signed' ? random.hex(32) : null;
    return { id: random.hex(10), url, secret, isOn: true, givenUp: 0 };
  }
}

function dropFrom<T>(hooks: Map<string, T[]>, hook: unknown): void {
  for (const [place, present] of hooks) {
    hooks.set(
      place,
      present.filter((one) => one !== hook),
    );
  }
}
