import type { ContactId } from '../../domain/ids.ts';
import type { ApiCall, Reply } from './api-call.ts';
import type { PartialWrite } from './civicrm.ts';
import type { CivicrmClient } from './client.ts';
import { chunk } from './queries.ts';

/** How some contacts are written. */
export interface EachWrite {
  readonly ids: readonly ContactId[];
  /** Who is not yet as wanted. A read. */
  readonly findMissing: (ids: readonly ContactId[]) => Promise<readonly ContactId[]>;
  /** One call for all of these, and how many records it must answer with: fewer, and some were not seen or not changed. */
  readonly toCall: (ids: readonly ContactId[]) => RecordsCall;
}

export interface RecordsCall {
  readonly call: ApiCall<object>;
  readonly records: number;
}

/** Records a request: CiviCRM needs 3–10 ms for each, and some sites much more (civicrm-api.md 3.5). */
const MOST_RECORDS = 100;

/**
 * Writes where the row differs, and nowhere else (durability rule 9). A call for many is not atomic: where it is refused, who is still missing is read and written one by one, each call for
 * itself within one request, so that one bad contact does not stop the others. May run twice.
 */
export async function writeEach(
  client: CivicrmClient,
  write: EachWrite,
  signal: AbortSignal,
): Promise<PartialWrite> {
  const written: ContactId[] = [];
  const failed: PartialWrite['failed'][number][] = [];
  for (const ids of chunk(write.ids, MOST_RECORDS)) {
    const part = await writeChunk(client, { ...write, ids }, signal);
    written.push(...part.written);
    failed.push(...part.failed);
  }
  return { written, failed };
}

async function writeChunk(
  client: CivicrmClient,
  { ids, findMissing, toCall }: EachWrite,
  signal: AbortSignal,
): Promise<PartialWrite> {
  const missing = await findMissing(ids);
  if (missing.length === 0) return { written: [], failed: [] };
  const { call, records } = toCall(missing);
  const { all } = await client.write({ all: call }, signal);
  if (all.kind === 'done' && all.rows.length === records) return { written: missing, failed: [] };
  const left = await findMissing(missing);
  const refusals = all.kind === 'refused' ? await writeSingly(client, left, toCall, signal) : new Map();
  const still = left.length === 0 ? [] : await findMissing(left);
  return {
    written: missing.filter((id) => !still.includes(id)),
    failed: still.map((id) => ({ contactId: id, message: refusals.get(id) ?? LEFT_ALONE })),
  };
}

const LEFT_ALONE = 'CiviCRM left the record as it was.';

async function writeSingly(
  client: CivicrmClient,
  ids: readonly ContactId[],
  toCall: EachWrite['toCall'],
  signal: AbortSignal,
): Promise<ReadonlyMap<ContactId, string>> {
  if (ids.length === 0) return new Map();
  const calls = Object.fromEntries(ids.map((id) => [`c${id}`, toCall([id]).call]));
  const replies: Readonly<Record<string, Reply<object>>> = await client.write(calls, signal);
  const refusals = new Map<ContactId, string>();
  for (const id of ids) {
    const reply = replies[`c${id}`];
    if (reply?.kind === 'refused') refusals.set(id, reply.message);
  }
  return refusals;
}
