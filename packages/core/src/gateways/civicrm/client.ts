import { type ContactId, contactId } from '../../domain/ids.ts';
import { LeaseLostError } from '../../errors/sync-error.ts';
import { passStep } from '../../step-boundary.ts';
import { DEFAULT_RETRIES, type RetryPolicy, retryTransient } from '../retry.ts';
import { type HttpAnswer, readItems, readReplies } from './answer.ts';
import type { Answers, ApiCalls, Replies, Reply } from './api-call.ts';
import { CLOCK_CALL, readClock } from './clock.ts';
import {
  badAnswer,
  contactsHidden,
  nameOf,
  outcomeUnknown,
  readRefused,
  rightsMissing,
  unanswered,
  unreachable,
} from './failure.ts';
import { identitySchema } from './schemas.ts';
import { createTransport, type TransportOptions } from './transport.ts';

/** How one site is called. */
export interface CivicrmOptions extends TransportOptions {
  /** How the `tracking` of our own writes begins, such as `mcsync:<installation>:`. */
  readonly ourTracking: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** For reads; writes are never repeated. */
  readonly retries?: RetryPolicy;
  /** Asked right before each write; where it rejects, nothing is sent. Who was frozen for hours may no longer write. */
  readonly permit?: () => Promise<void>;
}

/** Answers with the offset of the session in which they were read: minutes that its dates are ahead of UTC. */
export interface Reading<Calls extends ApiCalls> {
  readonly offsetMinutes: number;
  readonly answers: Answers<Calls>;
}

/** Replies with our own clock at the middle of the request. */
export interface Asked<Calls extends ApiCalls> {
  readonly askedAt: number;
  readonly replies: Replies<Calls>;
}

/** One site, called over APIv4; every request may hold several calls, which are answered each for itself. */
export interface CivicrmClient {
  /**
   * Reads, repeated while that helps. Each request also measures the session's clock on a contact, and so proves that we are signed in and see contacts: an answer to a stranger
   * looks like an empty database (civicrm-api.md 0.1). Rejects where any call is refused.
   */
  read<Calls extends ApiCalls>(calls: Calls, signal: AbortSignal): Promise<Reading<Calls>>;
  /** The same where a refusal says something: nothing is proven, and each call's refusal is a value. */
  tryRead<Calls extends ApiCalls>(calls: Calls, signal: AbortSignal): Promise<Asked<Calls>>;
  /**
   * Writes, sent once. What CiviCRM refuses is a value; a missing right is not. Rejects with `OutcomeUnknownError` where they may have been carried out: then whoever wrote reads again,
   * which every write of ours does first anyway.
   */
  write<Calls extends ApiCalls>(calls: Calls, signal: AbortSignal): Promise<Replies<Calls>>;
  /** Whose key it is; null: nobody's, or the site does not tell. */
  fetchIdentity(signal: AbortSignal): Promise<ContactId | null>;
}

const API_PATH = '/civicrm/ajax/api4';
const IDENTITY_PATH = '/civicrm/authx/id';

/** Throws `UsageError` where the address or the key cannot be one. Sends nothing. */
export function createCivicrmClient(options: CivicrmOptions): CivicrmClient {
  const { now, retries = DEFAULT_RETRIES, permit } = options;
  const send = createTransport(options);

  async function fetchAnswer(path: string, form: URLSearchParams | null, signal: AbortSignal) {
    const result = await send(path, form, signal);
    signal.throwIfAborted();
    if (result.kind !== 'answered') throw unreachable(result);
    return result.answer;
  }

  async function askOnce<Calls extends ApiCalls>(calls: Calls, signal: AbortSignal): Promise<Asked<Calls>> {
    const sentAt = now();
    const answer = await fetchAnswer(API_PATH, toForm(calls), signal);
    const askedAt = (sentAt + now()) / 2;
    const items = readItems(answer, Object.keys(calls));
    if (items.kind === 'none') throw items.error;
    return { askedAt, replies: readReplies(calls, items.items) };
  }

  const tryRead = <Calls extends ApiCalls>(calls: Calls, signal: AbortSignal): Promise<Asked<Calls>> =>
    retryTransient(retries, signal, () => askOnce(calls, signal));

  return {
    tryRead,

    async read(calls, signal) {
      const { askedAt, replies } = await tryRead({ ...calls, clock: CLOCK_CALL }, signal);
      return { answers: allDone(calls, replies), offsetMinutes: measureClock(replies.clock, askedAt) };
    },

    async write(calls, signal) {
      const result = await send(API_PATH, toForm(calls), signal, permit);
      if (result.kind === 'failed' && result.error instanceof LeaseLostError) throw result.error;
      if (result.kind !== 'answered') throw unanswered(result);
      passStep('civicrm-written');
      const items = readItems(result.answer, Object.keys(calls));
      if (items.kind === 'none') throw items.mayHaveRun ? outcomeUnknown(items.error.code) : items.error;
      return allAllowed(calls, readReplies(calls, items.items));
    },

    async fetchIdentity(signal) {
      return readIdentity(
        await retryTransient(retries, signal, () => fetchAnswer(IDENTITY_PATH, null, signal)),
      );
    },
  };
}

/** A form, because a JSON body is not read: the call would run without parameters (civicrm-api.md 1.2). */
function toForm(calls: ApiCalls): URLSearchParams {
  const items = Object.entries(calls).map(([key, { entity, action, params }]) => [
    key,
    [entity, action, params],
  ]);
  return new URLSearchParams({ calls: JSON.stringify(Object.fromEntries(items)) });
}

function allDone<Calls extends ApiCalls>(calls: Calls, replies: Replies<Calls>): Answers<Calls> {
  for (const [key, call] of Object.entries(calls)) {
    const reply = replies[key];
    if (reply?.kind === 'refused') throw readRefused(call, reply);
  }
  return replies as Answers<Calls>; // none is a refusal
}

function allAllowed<Calls extends ApiCalls>(calls: Calls, replies: Replies<Calls>): Replies<Calls> {
  for (const [key, call] of Object.entries(calls)) {
    const reply = replies[key];
    if (reply?.kind === 'refused' && reply.status === 403) throw rightsMissing(nameOf(call));
  }
  return replies;
}

function measureClock(reply: Reply<{ readonly now_local: string }>, askedAt: number): number {
  if (reply.kind === 'refused') throw readRefused(CLOCK_CALL, reply);
  const [row] = reply.rows;
  if (row === undefined) throw contactsHidden();
  const offset = readClock(row, askedAt);
  if (offset === null) throw badAnswer('clock', 'CiviCRM does not tell its time.');
  return offset;
}

function readIdentity({ status, body }: HttpAnswer): ContactId | null {
  if (status !== 200) return null;
  try {
    const identity = identitySchema.safeParse(JSON.parse(body));
    const id = identity.success ? Number(identity.data.contact_id ?? 0) : 0;
    return id > 0 ? contactId(id) : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null; // a page: the site does not tell
    throw error;
  }
}
