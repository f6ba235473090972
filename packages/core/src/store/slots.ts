import { randomUUID } from 'node:crypto';
import type { CallLimiter, CallSlot } from '../domain/call-limiter.ts';
import type { Db } from './db.ts';

export interface SlotOptions {
  /** `mailchimp:<account>` or `civicrm:<site>`. */
  readonly resource: string;
  /** How many calls may run at once. */
  readonly capacity: number;
  /** The other end's own time limit: so long at the most may a call that we gave up occupy it. A dead holder's slot is free after that too. */
  readonly heldForMs: number;
}

/** Between two looks for a free slot. Spread, so that waiting workers do not look in step. */
const LOOK_AGAIN_MS = 20;

/**
 * A limiter on the store's rows. Makes the rows that are missing, so a capacity may be raised at any time. Who waits in this process stands in line, and only the first
 * looks: at once when this process frees a slot, now and again whether another process has.
 */
export function createSlotLimiter(db: Db, options: SlotOptions): CallLimiter {
  let prepared: Promise<unknown> | null = null;
  let line: Promise<unknown> = Promise.resolve();
  let lookNow: () => void = () => undefined;
  const pause = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, LOOK_AGAIN_MS * (1 + Math.random()));
      lookNow = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const claimFirst = async (signal: AbortSignal): Promise<CallSlot> => {
    const holder = randomUUID();
    for (;;) {
      signal.throwIfAborted();
      if (await claimSlot(db, options, holder)) return slot(db, options.resource, holder, () => lookNow());
      await pause();
    }
  };
  return {
    async acquire(signal) {
      prepared ??= prepare(db, options);
      await prepared;
      const claimed = line.then(() => claimFirst(signal));
      line = claimed.catch(() => undefined);
      return await claimed;
    },
  };
}

async function prepare(db: Db, { resource, capacity }: SlotOptions): Promise<void> {
  await db.$executeRaw`
    INSERT INTO call_slots (resource, number) SELECT ${resource}, number FROM generate_series(1, ${capacity}::int) AS number
    ON CONFLICT DO NOTHING`;
}

async function claimSlot(
  db: Db,
  { resource, capacity, heldForMs }: SlotOptions,
  holder: string,
): Promise<boolean> {
  const claimed = await db.$executeRaw`
    UPDATE call_slots SET holder = ${holder}, held_until = now() + ${heldForMs}::int * interval '1 millisecond'
    WHERE resource = ${resource} AND number = (
      SELECT number FROM call_slots
      WHERE resource = ${resource} AND number <= ${capacity} AND (holder IS NULL OR held_until < now())
      ORDER BY number LIMIT 1 FOR UPDATE SKIP LOCKED)`;
  return claimed > 0;
}

function slot(db: Db, resource: string, holder: string, freed: () => void): CallSlot {
  return {
    async release() {
      await db.$executeRaw`
        UPDATE call_slots SET holder = NULL, held_until = NULL WHERE resource = ${resource} AND holder = ${holder}`;
      freed();
    },
    // Nothing to do: the row stays held until the other end's time limit has passed.
    abandon: () => Promise.resolve(),
  };
}
