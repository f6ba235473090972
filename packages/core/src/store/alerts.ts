import type { AlertChannel, AlertEvent, AlertKind, Matter } from '../domain/alert.ts';
import { type ConnectionId, connectionId } from '../domain/ids.ts';
import type { Db } from './db.ts';

/** An alert as people see it. */
export interface Alert {
  readonly id: number;
  readonly kind: AlertKind;
  readonly connectionId: ConnectionId;
  readonly audienceName: string;
  readonly code: string;
  readonly message: string;
  readonly openedAt: Date;
  readonly closedAt: Date | null;
}

/** A message to be sent now. */
export interface Notice {
  readonly alert: Alert;
  readonly event: AlertEvent;
  readonly channel: AlertChannel;
}

interface AlertRow {
  readonly id: number;
  readonly kind: AlertKind;
  readonly connection_id: number;
  readonly audience_name: string;
  readonly code: string;
  readonly message: string;
  readonly opened_at: Date;
  readonly closed_at: Date | null;
}

/** The alerts that are open, oldest first: for the dashboard. */
export async function listOpenAlerts(db: Db): Promise<readonly Alert[]> {
  const rows = await db.$queryRaw<readonly AlertRow[]>`
    SELECT alerts.*, connections.audience_name FROM alerts JOIN connections ON connections.id = alerts.connection_id
    WHERE closed_at IS NULL ORDER BY alerts.id`;
  return rows.map(toAlert);
}

/**
 * Brings the alerts in line with what is so now: what is new opens, what lasts stays as it is but for its words, what is over closes. For each that opens or closes a
 * notice to every channel is put on record, in the same transaction; who was never told that it opened is not told that it closed. May run in any number of workers at once.
 */
export async function recordMatters(
  tx: Db,
  matters: readonly Matter[],
  channels: readonly AlertChannel[],
): Promise<void> {
  const rows = JSON.stringify(
    matters.map(({ connectionId: connection, ...matter }) => ({ connection_id: connection, ...matter })),
  );
  await tx.$executeRaw`
    WITH closed AS (
      UPDATE alerts SET closed_at = now() WHERE closed_at IS NULL AND NOT EXISTS (
        SELECT 1 FROM jsonb_to_recordset(${rows}::jsonb) AS matter (connection_id int, kind text)
        WHERE matter.connection_id = alerts.connection_id AND matter.kind = alerts.kind)
      RETURNING id),
    unsent AS (
      DELETE FROM alert_notices WHERE sent_at IS NULL AND attempts = 0 AND event = 'opened' AND alert_id IN (SELECT id FROM closed)
      RETURNING alert_id, channel)
    INSERT INTO alert_notices (alert_id, event, channel)
    SELECT notice.alert_id, 'recovered', notice.channel FROM alert_notices AS notice JOIN closed ON closed.id = notice.alert_id
    WHERE notice.event = 'opened' AND (notice.alert_id, notice.channel) NOT IN (SELECT alert_id, channel FROM unsent)
    ON CONFLICT DO NOTHING`;
  await tx.$executeRaw`
    WITH opened AS (
      INSERT INTO alerts (connection_id, kind, code, message)
      SELECT matter.connection_id, kind, code, message
      FROM jsonb_to_recordset(${rows}::jsonb) AS matter (connection_id int, kind text, code text, message text)
      WHERE EXISTS (SELECT 1 FROM connections WHERE id = matter.connection_id)
      ON CONFLICT (connection_id, kind) WHERE closed_at IS NULL
        DO UPDATE SET code = excluded.code, message = excluded.message
      RETURNING id, (xmax = 0) AS is_new)
    INSERT INTO alert_notices (alert_id, event, channel)
    SELECT id, 'opened', channel FROM opened CROSS JOIN unnest(${[...channels]}::text[]) AS channel WHERE is_new
    ON CONFLICT DO NOTHING`;
}

/** So long a try may take before another worker makes the next; longer after each that failed, at most an hour. */
const CLAIMED_MINUTES = 1;
const MOST_AT_ONCE = 50;

/** Notices that are due, ours to send from now on: no other worker gets them before the next try is due. A crash while sending means one more message, never none. */
export async function claimNotices(db: Db, channels: readonly AlertChannel[]): Promise<readonly Notice[]> {
  const rows = await db.$queryRaw<readonly (AlertRow & { event: AlertEvent; channel: AlertChannel })[]>`
    WITH due AS MATERIALIZED (
      SELECT alert_id, event, channel FROM alert_notices
      WHERE sent_at IS NULL AND next_try_at <= now() AND channel = ANY(${[...channels]}::text[])
      ORDER BY next_try_at LIMIT ${MOST_AT_ONCE} FOR UPDATE SKIP LOCKED),
    claimed AS (
      UPDATE alert_notices AS notice SET attempts = attempts + 1,
        next_try_at = now() + least(60, ${CLAIMED_MINUTES} * 2 ^ least(attempts, 10)) * interval '1 minute'
      FROM due WHERE notice.alert_id = due.alert_id AND notice.event = due.event AND notice.channel = due.channel
      RETURNING notice.alert_id, notice.event, notice.channel)
    SELECT alerts.*, connections.audience_name, claimed.event, claimed.channel FROM claimed
    JOIN alerts ON alerts.id = claimed.alert_id JOIN connections ON connections.id = alerts.connection_id
    ORDER BY alerts.id, claimed.event`;
  return rows.map(({ event, channel, ...row }) => ({ alert: toAlert(row), event, channel }));
}

export async function recordNoticeSent(db: Db, { alert, event, channel }: Notice): Promise<void> {
  await db.$executeRaw`
    UPDATE alert_notices SET sent_at = now() WHERE alert_id = ${alert.id} AND event = ${event} AND channel = ${channel}`;
}

const toAlert = (row: AlertRow): Alert => ({
  id: row.id,
  kind: row.kind,
  connectionId: connectionId(row.connection_id),
  audienceName: row.audience_name,
  code: row.code,
  message: row.message,
  openedAt: row.opened_at,
  closedAt: row.closed_at,
});
