import type { ErrorCode } from '../../errors/codes.ts';
import { FaultError, type SyncError, TransientError } from '../../errors/sync-error.ts';

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
  if (body.kind === 'json' && isRecord(body.value) && keys.every((key) => key in (body.value as object)))
    return { kind: 'items', items: body.value };
  return answer.status === 200 ? badSuccess(body) : failure(answer, body);
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
    return { kind: 'broken-json' }; // said by the kind
  }
}

function badSuccess(body: Body): NoItems {
  switch (body.kind) {
    case 'page':
      return none(badAnswer('page', `A web page came back in place of CiviCRM’s API. ${CHECK_URL}`), false);
    // PHP that ran out of memory or met text that is no UTF-8 sends nothing at all (civicrm-api.md 1.5).
    case 'empty':
      return none(badAnswer('empty', 'CiviCRM sent an empty answer. Its PHP log says why.'), true);
    case 'broken-json':
      return none(transient('CIVICRM_BAD_ANSWER', 'CiviCRM’s answer broke off half-way.', {}), true);
    case 'json':
      return none(badAnswer('shape', 'CiviCRM’s answer lacks what it must have.'), true);
  }
}

const CHECK_URL =
  'Check the site’s address: it must be everything before /civicrm/ajax/api4, and no log-in page or firewall may stand in between.';

function failure(answer: HttpAnswer, body: Body): NoItems {
  const { status, retryAfterMs } = answer;
  if (status >= 300 && status < 400) {
    return none(
      badAnswer(
        'redirect',
        'The site’s address redirects elsewhere. Enter the address that works without that: with or without www, with https.',
        status,
      ),
      false,
    );
  }
  if (status === 401) return none(keyRefused(answer.body), false);
  if (status === 408 || status === 429 || status >= 500) {
    const wait = retryAfterMs === null ? {} : { retryAfterMs };
    const busy = transient(
      'CIVICRM_BUSY',
      `CiviCRM is failing or in maintenance for the moment (${status}).`,
      {
        details: { httpStatus: status },
        ...wait,
      },
    );
    // Maintenance (503) and a proxy's limit (429) come before anything is run.
    return none(busy, status !== 429 && status !== 503);
  }
  if (status === 403 && body.kind === 'json') return none(rightsMissing(), false);
  return none(badRequest(status, body), false);
}

function badRequest(status: number, body: Body): FaultError {
  if (status === 400 && body.kind === 'json') {
    return badAnswer(
      'forgery-gate',
      'CiviCRM takes our requests for a forged form. Something between us and the site strips the headers X-Requested-With and X-Civi-Auth.',
      status,
    );
  }
  return badAnswer('page', `The site answers ${status} in place of CiviCRM’s API. ${CHECK_URL}`, status);
}

/** The plain text of authx says why (civicrm-api.md 1.3). */
function keyRefused(text: string): FaultError {
  const [, meaning] = KEY_MEANINGS.find(([pattern]) => pattern.test(text)) ?? [];
  return new FaultError(
    'CIVICRM_KEY_REFUSED',
    `CiviCRM refuses the API key. ${meaning ?? 'Check the key, and the settings of the extension authx.'}`,
    { details: { httpStatus: 401 } },
  );
}

const KEY_MEANINGS: readonly (readonly [RegExp, string])[] = [
  [/must satisfy guard/i, 'Give the API user the permission "authenticate with api key".'],
  [/invalid credential/i, 'Check that it is the key of a contact on this site.'],
  [/not allowed for this principal/i, 'Allow API keys for X-Civi-Auth in the settings of authx.'],
  [/user is blocked/i, 'The user’s account on the site is blocked.'],
  [/expired/i, 'It has expired.'],
];

/** E24: 403, to somebody who is signed in or to a stranger. */
export function rightsMissing(what?: string): FaultError {
  const subject = what === undefined ? 'do that' : `call ${what}`;
  return new FaultError(
    'CIVICRM_RIGHTS_MISSING',
    `The API user may not ${subject}. Give its role: access CiviCRM, view all contacts, edit all contacts, add contacts, access deleted contacts.`,
  );
}

export function badAnswer(what: string, message: string, httpStatus = 200): FaultError {
  return new FaultError('CIVICRM_BAD_ANSWER', message, { details: { what, httpStatus } });
}

const none = (error: SyncError, mayHaveRun: boolean): NoItems => ({ kind: 'none', error, mayHaveRun });

const transient = (
  code: ErrorCode,
  message: string,
  options: ConstructorParameters<typeof TransientError>[2],
): TransientError => new TransientError(code, message, options);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
