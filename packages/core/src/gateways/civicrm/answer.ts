import type { SyncError } from '../../errors/sync-error.ts';
import { redact } from '../http.ts';
import type { ApiCall, ApiCalls, Replies, Reply } from './api-call.ts';
import { badAnswer, busy, cutOff, keyRefused, nameOf, rightsMissing } from './failure.ts';
import { itemSchema, refusalSchema } from './schemas.ts';

/** An HTTP answer as it came. */
export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly retryAfterMs: number | null;
  readonly body: string;
}

/** The items of a multi-call's answer by key, or why there are none. */
export type Items = { readonly kind: 'items'; readonly items: Readonly<Record<string, unknown>> } | NoItems;

export interface NoItems {
  readonly kind: 'none';
  /** What it means for a read. */
  readonly error: SyncError;
  /** Whether a write may have been carried out all the same. */
  readonly mayHaveRun: boolean;
}

/**
 * What an answer to several calls says (civicrm-api.md 1.6, 1.7). A 200 counts only as JSON with all keys in it; an error status counts too, if the calls stand in it: then each failed by itself.
 */
export function readItems(answer: HttpAnswer, keys: readonly string[]): Items {
  const body = parseJson(answer);
  if (body.kind === 'json') {
    const { value } = body;
    if (isRecord(value) && keys.every((key) => key in value)) return { kind: 'items', items: value };
  }
  return answer.status === 200 ? noItemsIn(body) : failed(answer, body);
}

type Body =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'broken-json' | 'empty' | 'page' };

function parseJson({ contentType, body }: HttpAnswer): Body {
  if (!/^application\/(\w+\+)?json\b/i.test(contentType)) return { kind: 'page' };
  if (body.trim() === '') return { kind: 'empty' };
  try {
    return { kind: 'json', value: JSON.parse(body) };
  } catch {
    return { kind: 'broken-json' }; // the error would quote the body
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const CHECK_URL =
  'Check the site’s address: it must be everything before /civicrm/ajax/api4, and no log-in page or firewall may stand in between.';

function noItemsIn(body: Body): NoItems {
  switch (body.kind) {
    case 'page':
      return none(badAnswer('page', `A web page came back in place of CiviCRM’s API. ${CHECK_URL}`), false);
    // PHP that ran out of memory or met text that is no UTF-8 sends nothing at all (civicrm-api.md 1.5).
    case 'empty':
      return none(badAnswer('empty', 'CiviCRM sent an empty answer. Its PHP log says why.'), true);
    case 'broken-json':
      return none(cutOff(), true);
    case 'json':
      return none(badAnswer('shape', 'CiviCRM’s answer lacks what it must have.'), true);
  }
}

function failed({ status, retryAfterMs, body: text }: HttpAnswer, body: Body): NoItems {
  if (status === 401) return none(keyRefused(text), false);
  if (status === 408 || status === 429 || status >= 500) {
    // Maintenance (503) and a proxy's limit (429) come before anything is run.
    return none(busy(status, retryAfterMs), status !== 429 && status !== 503);
  }
  if (status === 403 && body.kind === 'json') return none(rightsMissing(), false);
  return none(badAnswer('no-api', `${whatStandsThere(status, body)} ${CHECK_URL}`, status), false);
}

function whatStandsThere(status: number, body: Body): string {
  if (status >= 300 && status < 400) return 'The site’s address redirects elsewhere.';
  return status === 400 && body.kind === 'json'
    ? 'CiviCRM takes our requests for a forged form: something strips the headers X-Requested-With and X-Civi-Auth.'
    : `The site answers ${status} in place of CiviCRM’s API.`;
}

const none = (error: SyncError, mayHaveRun: boolean): NoItems => ({ kind: 'none', error, mayHaveRun });

/** Each item as the reply to its call. Throws where an item is no answer to what was asked. */
export function readReplies<Calls extends ApiCalls>(
  calls: Calls,
  items: Readonly<Record<string, unknown>>,
): Replies<Calls> {
  const replies = Object.entries(calls).map(([key, call]) => [key, readReply(call, items[key])]);
  return Object.fromEntries(replies) as Replies<Calls>; // the same keys, each with what its own schema gave
}

function readReply<Row>(call: ApiCall<Row>, item: unknown): Reply<Row> {
  const refusal = refusalSchema.safeParse(item);
  if (refusal.success) {
    const { status = 500, error_message: message } = refusal.data;
    return { kind: 'refused', status, message: redact(message) };
  }
  const answer = itemSchema.safeParse(item);
  // A body that got lost on the way runs as another call, such as one for every contact (civicrm-api.md 1.2).
  if (!answer.success || answer.data.entity !== call.entity || answer.data.action !== call.action)
    throw badAnswer('shape', `CiviCRM answered something else than ${nameOf(call)}.`);
  const rows = call.row.array().safeParse(answer.data.values);
  if (!rows.success) {
    const missing = rows.error.issues[0]?.path.slice(1).join('.') ?? '';
    throw badAnswer('shape', `CiviCRM’s answer to ${nameOf(call)} lacks what it must have (${missing}).`);
  }
  return { kind: 'done', rows: rows.data, matched: answer.data.countMatched ?? null };
}
