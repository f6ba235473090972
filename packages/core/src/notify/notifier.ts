import type { AlertChannel, AlertEvent } from '../domain/alert.ts';

/** What is told: ids, names of ours and a sentence; nothing about a person. */
export interface Announcement {
  readonly event: AlertEvent;
  readonly id: number;
  readonly kind: string;
  readonly code: string;
  readonly connectionId: number;
  readonly audience: string;
  readonly message: string;
  /** ISO 8601. */
  readonly openedAt: string;
  readonly closedAt: string | null;
  readonly installationId: string;
}

/** One way to reach operators. */
export interface Notifier {
  readonly channel: AlertChannel;
  /** Resolves when the other end has taken it; rejects with whatever kept it from that. */
  send(announcement: Announcement): Promise<void>;
}

/** A line for a subject or a chat. */
export function headline({ event, kind, audience, connectionId }: Announcement): string {
  const what = HEADLINES[kind] ?? kind;
  return `${event === 'recovered' ? 'Over: ' : ''}${what} (connection ${connectionId}, ${audience})`;
}

const HEADLINES: Readonly<Record<string, string>> = {
  fault: 'A connection stopped',
  'run-failed': 'A run failed',
  'awaiting-approval': 'A plan waits for approval',
  'stuck-batch': 'A batch is stuck at Mailchimp',
  backlog: 'Updates for Mailchimp pile up',
};
