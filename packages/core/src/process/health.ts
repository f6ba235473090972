import { setTimeout as delay } from 'node:timers/promises';
import { SECOND_MS } from '../domain/instant.ts';
import type { Queues } from '../queue/queues.ts';
import { getInstallation } from '../store/installation.ts';
import type { Store } from '../store/store.ts';

/** Whether a program can do its work, and what of it cannot. Holds nothing that a stranger may not know. */
export interface Health {
  readonly status: 'ok' | 'failing';
  readonly checks: Readonly<Record<string, 'ok' | 'failing'>>;
}

/** Rejects where something does not work. */
export type Probe = () => Promise<unknown>;

/** A store that answers later is of no use to those who wait for it; whoever asks for our health waits about five seconds. */
const LONGEST_MS = 3 * SECOND_MS;

/** Looks at everything at once. Does not reject. */
export async function checkHealth(
  probes: Readonly<Record<string, Probe>>,
  longestMs: number = LONGEST_MS,
): Promise<Health> {
  const checks = await Promise.all(
    Object.entries(probes).map(async ([name, probe]) => [name, await check(probe, longestMs)] as const),
  );
  const isWell = checks.every(([, result]) => result === 'ok');
  return { status: isWell ? 'ok' : 'failing', checks: Object.fromEntries(checks) };
}

async function check(probe: Probe, longestMs: number): Promise<'ok' | 'failing'> {
  const timer = new AbortController();
  const tooLate = delay(longestMs, 'failing' as const, { signal: timer.signal });
  // Aborted below: nobody waits for it then.
  tooLate.catch(() => undefined);
  try {
    return await Promise.race([probe().then(() => 'ok' as const), tooLate]);
  } catch {
    return 'failing'; // which is all that is asked here; who works with it meets the error and says it
  } finally {
    timer.abort();
  }
}

/** What every program of ours needs. */
export function storeProbes({ db }: Pick<Store, 'db'>, { schedule }: Pick<Queues, 'schedule'>) {
  return {
    database: () => getInstallation(db),
    queue: () => schedule.getJobCounts('active'),
  } satisfies Readonly<Record<string, Probe>>;
}
