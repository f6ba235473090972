import type { CallLimiter, RequestCounter } from '../../domain/call-limiter.ts';
import { UsageError } from '../../errors/sync-error.ts';
import { type Attempt, attempt } from '../attempt.ts';
import { parseBaseUrl, parseRetryAfter } from '../http.ts';
import type { HttpAnswer } from './answer.ts';

export interface TransportOptions {
  /** Everything before `/civicrm/ajax/api4`. */
  readonly url: string;
  readonly apiKey: string;
  readonly limiter: CallLimiter;
  readonly count: RequestCounter;
  /** How long one request may take: above the site's own limits (30 to 60 s, civicrm-api.md 1.9), which give the better answer. */
  readonly timeLimitMs?: number;
}

/** Sends one request to a path of the site. A form makes it a POST. `permit` is asked when the request has its slot and would go out at once; where it rejects, nothing is sent. */
export type Transport = (
  path: string,
  form: URLSearchParams | null,
  signal: AbortSignal,
  permit?: () => Promise<void>,
) => Promise<Attempt<HttpAnswer>>;

const DEFAULT_TIME_LIMIT_MS = 120_000;

/**
 * Requests to one site, under call slots and a time limit. No cookies are kept, because a session of somebody else's would be refused (civicrm-api.md 1.3), and no redirect is followed: it would
 * turn a call into a question without parameters. Throws `UsageError` where the address or the key cannot be one.
 */
export function createTransport(options: TransportOptions): Transport {
  const { limiter, count, timeLimitMs = DEFAULT_TIME_LIMIT_MS } = options;
  const url = checkUrl(options.url);
  const headers = {
    'X-Civi-Auth': `Bearer ${checkKey(options.apiKey)}`,
    'X-Requested-With': 'XMLHttpRequest',
  };
  return (path, form, signal, permit) =>
    attempt({ limiter, timeLimitMs }, signal, async (deadline) => {
      await permit?.();
      count('civicrm');
      const response = await fetch(`${url}${path}`, {
        ...(form !== null && { method: 'POST', body: form }),
        headers,
        redirect: 'manual',
        signal: deadline,
      });
      return {
        status: response.status,
        contentType: response.headers.get('content-type') ?? '',
        retryAfterMs: parseRetryAfter(response.headers.get('retry-after'), response.headers.get('date')),
        body: await response.text(),
      };
    });
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
