import { SECOND_MS } from '../domain/instant.ts';
import { TransientError } from '../errors/sync-error.ts';
import { headline, type Notifier } from './notifier.ts';

const TIME_LIMIT_MS = 10 * SECOND_MS;

/** Posts JSON to a web address of the operator's. `text` is what chat programs show of it. */
export function createWebhookNotifier(url: string): Notifier {
  return {
    channel: 'webhook',
    async send(announcement) {
      const text = `${headline(announcement)}: ${announcement.message}`;
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ text, ...announcement }),
        redirect: 'error',
        signal: AbortSignal.timeout(TIME_LIMIT_MS),
      });
      await response.body?.cancel();
      if (response.ok) return;
      throw new TransientError('ALERT_UNDELIVERED', `The alert webhook answered ${response.status}.`);
    },
  };
}
