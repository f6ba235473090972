import type { EventSource } from './audience-event.ts';

/** The events of a webhook of an audience, in the order of the real answers; the newer ones of text messages never fire here. */
export const EVENT_NAMES = [
  'subscribe',
  'unsubscribe',
  'profile',
  'cleaned',
  'upemail',
  'campaign',
  'sms_subscribe',
  'sms_unsubscribe',
  'upsms',
  'sms_campaign',
] as const;

export const SOURCE_NAMES: readonly EventSource[] = ['user', 'admin', 'api'];

/** What is delivered to: of an audience or of an account's batches. */
export interface Hook {
  readonly id: string;
  url: string;
  /** Null where its deliveries are not signed. Shown once, when it is made. */
  readonly secret: string | null;
  /** Off for good after 410, or after too many events that could not be delivered. */
  isOn: boolean;
  /** Events in a row that were given up. */
  givenUp: number;
}

export interface Webhook extends Hook {
  readonly listId: string;
  events: ReadonlySet<string>;
  sources: ReadonlySet<string>;
}

export type BatchWebhook = Hook;
