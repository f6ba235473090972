import { createHmac } from 'node:crypto';
import type { SandboxClock } from '../clock.ts';
import type { FaultKind, Faults } from '../faults.ts';
import type { Random } from '../random.ts';
import type { FormFields } from './event-fields.ts';
import type { MailchimpSettings } from './settings.ts';
import type { Hook } from './webhook.ts';

export type DeliveryState = 'waiting' | 'delivered' | 'lost' | 'given-up' | 'dropped';

/** One event on its way to one webhook; for the sandbox's page and for tests. */
export interface Delivery {
  readonly type: string;
  readonly hookId: string;
  /** Milliseconds since 1970 of the sandbox's clock. */
  readonly firedAt: number;
  /** How often it was tried, and what came of the last time: a status, or why there was none. */
  attempts: number;
  last: string;
  state: DeliveryState;
}

export interface WebhookSenderOptions {
  readonly clock: SandboxClock;
  readonly random: Random;
  readonly faults: Faults;
  readonly settings: () => MailchimpSettings;
}

interface Parcel {
  readonly hook: Hook;
  readonly delivery: Delivery;
  readonly body: string;
  /** When it was tried first, on the sandbox's clock. */
  startedAt: number;
}

const LOST: ReadonlySet<FaultKind> = new Set<FaultKind>(['webhook-lost']);
const TWICE: ReadonlySet<FaultKind> = new Set<FaultKind>(['webhook-twice']);
const LATE: ReadonlySet<FaultKind> = new Set<FaultKind>(['webhook-late']);
const KEPT = 200;

/**
 * Delivers events by POST as forms, with a signature where the webhook has a secret. What is not answered with 2xx in time is tried
 * again at growing intervals of the sandbox's clock; 410 switches the webhook off (reference 7.1).
 */
export class WebhookSender {
  readonly #options: WebhookSenderOptions;
  /** Deliveries that nothing delays go out one after the other, webhook by webhook. */
  readonly #lines = new Map<Hook, Promise<void>>();
  readonly #closing = new AbortController();
  #deliveries: Delivery[] = [];

  constructor(options: WebhookSenderOptions) {
    this.#options = options;
  }

  /** The latest deliveries, oldest first. */
  deliveries(): readonly Delivery[] {
    return this.#deliveries.slice(-KEPT);
  }

  /** How many events wait to be delivered to one of these webhooks. */
  waiting(hookIds: ReadonlySet<string>): number {
    return this.#deliveries.filter(({ state, hookId }) => state === 'waiting' && hookIds.has(hookId)).length;
  }

  /** Sends an event on its way; `path` is what faults are matched on. */
  send(hook: Hook, path: string, type: string, fields: FormFields): void {
    if (!hook.isOn) return;
    const { clock, faults, random } = this.#options;
    const { webhookSpreadMs, webhookDuplicateShare } = this.#options.settings();
    const target = { system: 'mailchimp', method: 'POST', paths: [path] } as const;
    const firedAt = clock.now();
    const body = new URLSearchParams([
      ['type', type],
      ['fired_at', formTime(firedAt)],
      ...fields.map(([name, value]) => [name, value] as [string, string]),
    ]).toString();
    if (faults.take(LOST, target) !== null) {
      this.#note({ type, hookId: hook.id, firedAt, attempts: 0, last: '', state: 'lost' });
      return;
    }
    const isDoubled = faults.take(TWICE, target) !== null || random.chance(webhookDuplicateShare);
    for (let copy = 0; copy < (isDoubled ? 2 : 1); copy += 1) {
      const late = faults.take(LATE, target);
      const delayMs = late?.delayMs ?? (webhookSpreadMs > 0 ? random.int(0, webhookSpreadMs) : 0);
      const delivery = this.#note({
        type,
        hookId: hook.id,
        firedAt,
        attempts: 0,
        last: '',
        state: 'waiting',
      });
      this.#post({ hook, delivery, body, startedAt: firedAt + delayMs }, delayMs);
    }
  }

  /** Ends what is under way, for when the sandbox closes. */
  close(): void {
    this.#closing.abort();
  }

  #note(delivery: Delivery): Delivery {
    this.#deliveries.push(delivery);
    if (this.#deliveries.length >= 10 * KEPT) {
      const waiting = this.#deliveries.filter(({ state }) => state === 'waiting');
      this.#deliveries = [...new Set([...waiting, ...this.#deliveries.slice(-KEPT)])];
    }
    return delivery;
  }

  #post(parcel: Parcel, delayMs: number): void {
    if (delayMs > 0) {
      this.#options.clock.after(delayMs, () => void this.#try(parcel));
      return;
    }
    const line = this.#lines.get(parcel.hook) ?? Promise.resolve();
    this.#lines.set(
      parcel.hook,
      line.then(() => this.#try(parcel)),
    );
  }

  /** Tries until it is delivered, given up, or due only later. Times that the clock was moved past are made up for at once. */
  async #try(parcel: Parcel): Promise<void> {
    const { hook, delivery } = parcel;
    const { clock, settings } = this.#options;
    for (;;) {
      if (!hook.isOn || this.#closing.signal.aborted) {
        delivery.state = 'dropped';
        return;
      }
      const status = await this.#request(parcel);
      delivery.attempts += 1;
      if (this.#isSettled(parcel, status)) return;
      const interval = settings().webhookRetryMs[delivery.attempts - 1];
      if (interval === undefined) {
        this.#giveUp(parcel);
        return;
      }
      parcel.startedAt += interval;
      const waitMs = parcel.startedAt - clock.now();
      if (waitMs > 0) {
        clock.after(waitMs, () => void this.#try(parcel));
        return;
      }
    }
  }

  #isSettled({ hook, delivery }: Parcel, status: number): boolean {
    if (status >= 200 && status < 300) {
      delivery.state = 'delivered';
      hook.givenUp = 0;
      return true;
    }
    if (status !== 410) return false;
    hook.isOn = false;
    delivery.state = 'dropped';
    return true;
  }

  #giveUp({ hook, delivery }: Parcel): void {
    delivery.state = 'given-up';
    hook.givenUp += 1;
    if (hook.givenUp >= this.#options.settings().webhookOffAfter) hook.isOn = false;
  }

  /** The status of the answer; 0 where there was none in time. */
  async #request({ hook, delivery, body }: Parcel): Promise<number> {
    const { clock, settings } = this.#options;
    const deadline = AbortSignal.timeout(settings().webhookTimeoutMs);
    try {
      const response = await fetch(hook.url, {
        method: 'POST',
        redirect: 'manual',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          ...signature(hook, body, clock.now()),
        },
        body,
        signal: AbortSignal.any([deadline, this.#closing.signal]),
      });
      await response.body?.cancel();
      delivery.last = String(response.status);
      return response.status;
    } catch (error) {
      delivery.last = error instanceof Error ? error.name : String(error);
      return 0;
    }
  }
}

/** `t=<unix seconds>,v1=<hex>` over `<t>.<raw body>`; none for a webhook without a secret. */
function signature({ secret }: Hook, body: string, now: number): Record<string, string> {
  if (secret === null) return {};
  const t = Math.floor(now / 1000);
  const v1 = createHmac('sha256', secret).update(`${t}.${body}`).digest('hex');
  return { 'x-mailchimp-signature': `t=${t},v1=${v1}` };
}

/** `2015-10-21 15:41:36`, in UTC. */
const formTime = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
