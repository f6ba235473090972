import { SECOND_MS } from '@mcsync/core/domain/instant';
import type { Db } from '@mcsync/core/store/db';
import {
  listMemberCounts,
  listRunCounts,
  listUpdateCounts,
  type MemberCount,
  type RunCount,
  type UpdateCount,
} from '@mcsync/core/store/status-counts';

/** How the installation stands, in numbers. */
export interface Status {
  readonly members: readonly MemberCount[];
  readonly runs: readonly RunCount[];
  readonly updates: readonly UpdateCount[];
}

/** Counting reads all rows of a large installation, and every worker is asked all the time. */
const GOOD_FOR_MS = 30 * SECOND_MS;

/** Reads the status; who asks again soon gets the same answer. A failed reading is not kept. */
export function createStatusReader(db: Db, now: () => number): () => Promise<Status> {
  let last: { readonly at: number; readonly status: Promise<Status> } | null = null;
  return async () => {
    if (last === null || now() - last.at > GOOD_FOR_MS) last = { at: now(), status: readStatus(db) };
    try {
      return await last.status;
    } catch (error) {
      last = null;
      throw error;
    }
  };
}

async function readStatus(db: Db): Promise<Status> {
  const [members, runs, updates] = await Promise.all([
    listMemberCounts(db),
    listRunCounts(db),
    listUpdateCounts(db),
  ]);
  return { members, runs, updates };
}
