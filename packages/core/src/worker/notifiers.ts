import { createMailNotifier } from '../notify/mail.ts';
import type { Notifier } from '../notify/notifier.ts';
import { createWebhookNotifier } from '../notify/webhook.ts';
import type { Settings } from '../settings.ts';

/** The ways to reach operators that are set up; none: alerts stand on the dashboard alone. */
export function createNotifiers({ alerts }: Pick<Settings, 'alerts'>): readonly Notifier[] {
  const { webhookUrl, mail } = alerts;
  return [
    ...(webhookUrl === null ? [] : [createWebhookNotifier(webhookUrl)]),
    ...(mail === null ? [] : [createMailNotifier(mail.smtpUrl, mail.to)]),
  ];
}
