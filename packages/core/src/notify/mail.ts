import { createTransport } from 'nodemailer';
import { SECOND_MS } from '../domain/instant.ts';
import { headline, type Notifier } from './notifier.ts';

const TIME_LIMIT_MS = 15 * SECOND_MS;

/** Mails to operators over SMTP: `smtp://…` or `smtps://…` with user and password in it. `to`: one address or several, with commas; the first is the sender too. */
export function createMailNotifier(smtpUrl: string, to: string): Notifier {
  const [from = to] = to.split(',');
  const transport = createTransport({
    url: smtpUrl,
    connectionTimeout: TIME_LIMIT_MS,
    greetingTimeout: TIME_LIMIT_MS,
    socketTimeout: TIME_LIMIT_MS,
  });
  return {
    channel: 'mail',
    async send(announcement) {
      const { message, code, openedAt, closedAt } = announcement;
      const lines = [message, '', `Code: ${code}`, `Since: ${openedAt}`];
      await transport.sendMail({
        from: { name: 'mcsync', address: from.trim() },
        to,
        subject: `[mcsync] ${headline(announcement)}`,
        text: [...lines, ...(closedAt === null ? [] : [`Over: ${closedAt}`])].join('\n'),
      });
    },
  };
}
