import { type ContactId, contactId } from '../../domain/ids.ts';
import {
  FaultError,
  OutcomeUnknownError,
  type SyncError,
  TransientError,
  UsageError,
} from '../../errors/sync-error.ts';
import { attempt } from '../attempt.ts';
import { describeFailure, parseBaseUrl, parseRetryAfter, redact } from '../http.ts';
import type { CallLimiter, RequestCounter } from '../limiter.ts';
import { DEFAULT_RETRIES, type RetryPolicy, retryTransient } from '../retry.ts';
import { badAnswer, type HttpAnswer, readItems, rightsMissing } from './answer.ts';
import type { Answers, ApiCall, ApiCalls, Replies, Reply } from './api-call.ts';
import { CLOCK_CALL, readClock } from './clock.ts';
import { identitySchema, itemSchema, refusalSchema } from './schemas.ts';

/** How one site is called. */
export interface CivicrmOptions {
  /** Everything before `/civicrm/ajax/api4`. */
  readonly url: string;
  readonly apiKey: string;
  readonly limiter: CallLimiter;
  readonly count: RequestCounter;
  /** How the `tracking` of our own writes begins, such as `mcsync:<installation>:`. */
  readonly ourTracking: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** How long one request may take: above the site's own limits (30 to 60 s, civicrm-api.md 1.9), which give the better answer. */
  readonly timeLimitMs?: number;
  /** For reads; writes are never repeated. */
  readonly retries?: RetryPolicy;
}

/** Answers with the offset of the session in which they were read: minutes that its dates are ahead of UTC. */
export interface Reading<Calls extends ApiCalls> {
  readonly offsetMinutes: number;
  readonly answers: Answers<Calls>;
}

/** One site, called over APIv4: slots, time limits, counting, retries; answers checked. Every request may hold several calls. */
export interface CivicrmClient {
  /**
   * Reads, repeated while that helps. Each request also measures the session's clock on a contact, and so proves that we are signed in and see contacts: an answer to a stranger
   * looks like an empty database (civicrm-api.md 0.1). Rejects where any call is refused.
   */
  read<Calls extends ApiCalls>(calls: Calls, signal: AbortSignal): Promise<Reading<Calls>>;
  /** The same where a refusal says something: nothing is proven, and each call's refusal is a value. `askedAt` is our clock at the middle of the request. */
  tryRead<Calls extends ApiCalls>(
    calls: Calls,
    signal: AbortSignal,
  ): Promise<{ readonly askedAt: number; readonly replies: Replies<Calls> }>;
  /**
   * Writes, sent once. What CiviCRM refuses is a value; a missing right is not. Rejects with `OutcomeUnknownError` where they may have been carried out: then whoever wrote reads again,
   * which every write of ours does first anyway.
   */
  write<Calls extends ApiCalls>(calls: Calls, signal: AbortSignal): Promise<Replies<Calls>>;
  /** Whose key it is; null: nobody's, or the site does not tell. */
  fetchIdentity(signal: AbortSignal): Promise<ContactId | null>;
}

const DEFAULT_TIME_LIMIT_MS = 120_000;

/** Throws `UsageError` where the address cannot be one. Sends nothing. */
export function createCivicrmClient(options: CivicrmOptions): CivicrmClient {
  const { limiter, count, now, timeLimitMs = DEFAULT_TIME_LIMIT_MS, retries = DEFAULT_RETRIES } = options;
  const url = checkUrl(options.url);
  const apiKey = checkKey(options.apiKey);

  async function send(path: string, init: RequestInit, signal: AbortSignal) {
    return await attempt({ limiter, timeLimitMs }, signal, async (deadline): Promise<HttpAnswer> => {
      count('civicrm');
      // Cookies are not kept: a session of somebody else's would be refused (civicrm-api.md 1.3).
      const response = await fetch(`${url}${path}`, {
        ...init,
        headers: { 'X-Civi-Auth': `Bearer ${apiKey}`, 'X-Requested-With': 'XMLHttpRequest' },
        redirect: 'manual',
        signal: deadline,
      });
      return {
        status: response.status,
        contentType: response.headers.get('content-type') ?? '',
        retryAfterMs: parseRetryAfter(response.headers.get('retry-after'), now()),
        body: await response.text(),
      };
    });
  }

  async function ask<Calls extends ApiCalls>(
    calls: Calls,
    kind: 'read' | 'write',
    signal: AbortSignal,
  ): Promise<Replies<Calls>> {
    const result = await send('/civicrm/ajax/api4', { method: 'POST', body: toForm(calls) }, signal);
    if (kind === 'read') signal.throwIfAborted();
    if (result.kind !== 'answered') throw kind === 'read' ? unreachable(result) : unanswered(result);
    const items = readItems(result.answer, Object.keys(calls));
    if (items.kind === 'none') {
      throw kind === 'write' && items.mayHaveRun ? outcomeUnknown(items.error.code) : items.error;
    }
    return readReplies(calls, items.items);
  }

  async function tryRead<Calls extends ApiCalls>(calls: Calls, signal: AbortSignal) {
    return await retryTransient(retries, signal, async () => {
      const sentAt = now();
      const replies = await ask(calls, 'read', signal);
      return { askedAt: (sentAt + now()) / 2, replies };
    });
  }

  return {
    tryRead,

    async read(calls, signal) {
      const { askedAt, replies } = await tryRead({ ...calls, clock: CLOCK_CALL }, signal);
      const answers = allDone(calls, replies);
      return { offsetMinutes: measureClock(replies.clock, askedAt), answers };
    },

    async write(calls, signal) {
      const replies = await ask(calls, 'write', signal);
      for (const [key, call] of Object.entries(calls)) {
        const reply = replies[key];
        if (reply?.kind === 'refused' && reply.status === 403) throw rightsMissing(nameOf(call));
      }
      return replies;
    },

    async fetchIdentity(signal) {
      const result = await retryTransient(retries, signal, async () => {
        const answer = await send('/civicrm/authx/id', { method: 'GET' }, signal);
        signal.throwIfAborted();
        if (answer.kind !== 'answered') throw unreachable(answer);
        return answer.answer;
      });
      return readIdentity(result);
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

function readReplies<Calls extends ApiCalls>(
  calls: Calls,
  items: Readonly<Record<string, unknown>>,
): Replies<Calls> {
  const replies = Object.entries(calls).map(([key, call]) => [key, readReply(call, items[key])]);
  return Object.fromEntries(replies); // any, which is the same keys with what was parsed for each
}

function readReply<Row>(call: ApiCall<Row>, item: unknown): Reply<Row> {
  const refusal = refusalSchema.safeParse(item);
  if (refusal.success) {
    const { status = 500, error_message: message } = refusal.data;
    return { kind: 'refused', status, message: redact(message) };
  }
  const answer = itemSchema.safeParse(item);
  // The answer must be one to what was asked: a body that got lost runs as another call.
  if (!answer.success || answer.data.entity !== call.entity || answer.data.action !== call.action)
    throw badAnswer('shape', `CiviCRM answered something else than ${nameOf(call)}.`);
  const rows = call.row.array().safeParse(answer.data.values);
  if (!rows.success) {
    const missing = rows.error.issues[0]?.path.slice(1).join('.') ?? '';
    throw badAnswer('shape', `CiviCRM’s answer to ${nameOf(call)} lacks what it must have (${missing}).`);
  }
  return { kind: 'done', rows: rows.data, matched: answer.data.countMatched ?? null };
}

function allDone<Calls extends ApiCalls>(calls: Calls, replies: Replies<Calls>): Answers<Calls> {
  for (const [key, call] of Object.entries(calls)) {
    const reply = replies[key];
    if (reply?.kind === 'refused') throw readRefused(call, reply);
  }
  return replies as Answers<Calls>; // none is a refusal
}

/**
 * JSON with an error in place of rows. It is not asked again: a read of ours takes no locks, so that what fails once as JSON (a field or an action that the site does not know) fails
 * again; a database that is down answers in HTML.
 */
function readRefused(
  call: ApiCall<unknown>,
  { status, message }: { status: number; message: string },
): FaultError {
  if (status === 403) return rightsMissing(nameOf(call));
  return new FaultError('CIVICRM_REFUSED', `CiviCRM refused ${nameOf(call)}: ${message}`, {
    details: { status },
  });
}

function measureClock(reply: Reply<{ readonly now_local: string }>, askedAt: number): number {
  if (reply.kind === 'refused') throw readRefused(CLOCK_CALL, reply);
  const [row] = reply.rows;
  if (row === undefined) {
    throw new FaultError(
      'CIVICRM_RIGHTS_MISSING',
      'CiviCRM shows us no contact at all. Either the API user lost the permission "view all contacts", or something between us and the site strips the header X-Civi-Auth.',
    );
  }
  const offset = readClock(row, askedAt);
  if (offset === null) throw badAnswer('clock', 'CiviCRM does not tell its time.');
  return offset;
}

type Unanswered = Exclude<Awaited<ReturnType<typeof attempt<HttpAnswer>>>, { readonly kind: 'answered' }>;

function unreachable(result: Unanswered): TransientError {
  if (result.kind !== 'failed')
    return new TransientError('CIVICRM_UNREACHABLE', 'CiviCRM did not answer in time.');
  const { code } = describeFailure(result.error);
  return new TransientError(
    'CIVICRM_UNREACHABLE',
    `CiviCRM could not be reached${code === null ? '' : ` (${code})`}. Check the site’s address, and that the site is up.`,
    { details: { code }, cause: result.error },
  );
}

function unanswered(result: Unanswered): SyncError {
  const isUnsent = result.kind === 'failed' && describeFailure(result.error).isUnsent;
  return isUnsent ? unreachable(result) : outcomeUnknown(result.kind);
}

function outcomeUnknown(why: string): OutcomeUnknownError {
  return new OutcomeUnknownError(
    'CIVICRM_OUTCOME_UNKNOWN',
    'A write was sent to CiviCRM and no answer says whether it was carried out.',
    { details: { why } },
  );
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

const nameOf = ({ entity, action }: ApiCall<unknown>): string => `${entity}.${action}`;

/** An empty key ends on a web page, and one with a line break in no request at all. */
function checkKey(text: string): string {
  const key = text.trim();
  if (!/^[!-~]+$/.test(key)) {
    throw new UsageError('BAD_INPUT', [
      'The API key must be one word, as it stands on the contact of the API user.',
    ]);
  }
  return key;
}

function checkUrl(text: string): string {
  const url = parseBaseUrl(text);
  if (url === null) {
    throw new UsageError('BAD_INPUT', [
      'The site’s address must be a web address: everything before /civicrm/ajax/api4, such as https://example.org.',
    ]);
  }
  return url.href.replace(/\/+$/, '');
}
