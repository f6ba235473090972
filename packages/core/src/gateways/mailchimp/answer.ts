import type { Attempt } from '../attempt.ts';
import { describeFailure, type NetworkFailure, parseRetryAfter } from '../http.ts';
import { problemSchema } from './schemas.ts';
import type { SdkAnswer } from './sdk.ts';

/** What Mailchimp answered, before anybody says what it means. */
export type Answer =
  | { readonly kind: 'ok'; readonly httpStatus: number; readonly body: unknown }
  | Problem
  | Garbled
  | {
      readonly kind: 'none';
      readonly why: 'network';
      readonly failure: NetworkFailure;
      readonly cause: unknown;
    }
  | { readonly kind: 'none'; readonly why: 'timed-out' | 'given-up' };

/** A refusal in the API's own words (mailchimp-api.md 1.2). `detail` may hold the address: it never goes into an error or a log. */
export interface Problem {
  readonly kind: 'problem';
  readonly httpStatus: number;
  readonly title: string;
  readonly detail: string;
  /** What Mailchimp's support asks for. */
  readonly requestId: string | null;
  readonly retryAfterMs: number | null;
}

/** Something that is not the API: a page of a proxy or a CDN, nothing at all, half an answer. */
export interface Garbled {
  readonly kind: 'garbled';
  readonly httpStatus: number;
  readonly what: 'not-json' | 'empty' | 'cut-off' | 'redirected';
  readonly retryAfterMs: number | null;
}

/** The SDK's ways of saying things → one of ours (mailchimp-api.md 10, "Errors"). */
export function readAttempt(result: Attempt<SdkAnswer>): Answer {
  switch (result.kind) {
    case 'answered':
      return readSuccess(result.answer);
    case 'failed':
      return readRejection(result.error);
    case 'timed-out':
    case 'given-up':
      return { kind: 'none', why: result.kind };
  }
}

function readSuccess({ data, response: { status, redirects } }: SdkAnswer): Answer {
  // The SDK follows redirects, and turns what it sent into a GET: whatever came back answers another question.
  if (redirects.length > 0) return garbled(status, 'redirected');
  if (status === 204) return { kind: 'ok', httpStatus: status, body: null };
  if (typeof data === 'object' && data !== null) return { kind: 'ok', httpStatus: status, body: data };
  return garbled(status, typeof data === 'string' && data !== '' ? 'not-json' : 'empty');
}

function readRejection(error: unknown): Answer {
  if (isBrokenJson(error)) return garbled(error.statusCode, 'cut-off');
  if (!isHttpError(error)) {
    return isTimeLimit(error)
      ? { kind: 'none', why: 'timed-out' }
      : { kind: 'none', why: 'network', failure: describeFailure(error), cause: error };
  }
  const { headers } = error.response;
  const retryAfterMs = parseRetryAfter(headers['retry-after'], headers['date']);
  const problem = readProblem(error.response.body, error.status);
  return problem === null
    ? garbled(error.status, isRedirect(error.status) ? 'redirected' : 'not-json', retryAfterMs)
    : { ...problem, retryAfterMs };
}

/**
 * A problem document; null for anything else, the CDN's JSON included (mailchimp-api.md 1.2). The status of the HTTP answer, or of a batch's operation, is the one that counts: the
 * document's own may differ.
 */
export function readProblem(body: unknown, httpStatus: number): Omit<Problem, 'retryAfterMs'> | null {
  const parsed = problemSchema.safeParse(body);
  if (!parsed.success || parsed.data.type?.startsWith('akamai')) return null;
  const { title = '', detail = '', instance = null } = parsed.data;
  return { kind: 'problem', httpStatus, title, detail, requestId: instance };
}

function garbled(httpStatus: number, what: Garbled['what'], retryAfterMs: number | null = null): Garbled {
  return { kind: 'garbled', httpStatus, what, retryAfterMs };
}

const isRedirect = (status: number): boolean => status >= 300 && status < 400;

interface HttpError {
  readonly status: number;
  readonly response: { readonly body: unknown; readonly headers: Readonly<Record<string, string>> };
}

const isHttpError = (error: unknown): error is HttpError =>
  error instanceof Error && 'status' in error && 'response' in error && typeof error.status === 'number';

const isBrokenJson = (error: unknown): error is SyntaxError & { readonly statusCode: number } =>
  error instanceof SyntaxError && 'statusCode' in error && typeof error.statusCode === 'number';

const isTimeLimit = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ECONNABORTED' && 'timeout' in error;
