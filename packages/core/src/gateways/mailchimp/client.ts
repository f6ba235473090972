import type { z } from 'zod';
import type { CallLimiter, RequestCounter } from '../../domain/call-limiter.ts';
import { UsageError } from '../../errors/sync-error.ts';
import { passStep } from '../../step-boundary.ts';
import { attempt } from '../attempt.ts';
import { parseBaseUrl } from '../http.ts';
import { DEFAULT_RETRIES, type RetryPolicy, retryTransient } from '../retry.ts';
import { type Answer, readAttempt } from './answer.ts';
import { badShape, toReadError } from './failure.ts';
import { createSdkClient, type SdkAnswer, type SdkClient } from './sdk.ts';

/** How one account is called. */
export interface MailchimpOptions {
  /** Everything up to and including `/3.0`; left out, it follows from the key's data centre. */
  readonly baseUrl?: string;
  readonly apiKey: string;
  readonly limiter: CallLimiter;
  readonly count: RequestCounter;
  /** How long one request may take. Below Mailchimp's own 120 s, so that our word on it is the first. */
  readonly timeLimitMs?: number;
  /** For reads; writes are never repeated. */
  readonly retries?: RetryPolicy;
}

/** One call of the SDK's. */
export type Send = (sdk: SdkClient) => Promise<SdkAnswer>;

/** One account, called through its own SDK client: slots, time limits, counting, retries; answers checked. */
export interface MailchimpClient {
  /** A read: repeated while that helps. Null: Mailchimp says 404. Rejects with `TransientError` or `FaultError`, or with the signal's reason. */
  read<Body>(schema: z.ZodType<Body>, send: Send, signal: AbortSignal): Promise<Body | null>;
  /** A write: sent once, and whatever came of it is a value. Rejects, with the signal's reason, only where nothing was sent. */
  write(send: Send, signal: AbortSignal): Promise<Answer>;
}

const DEFAULT_TIME_LIMIT_MS = 110_000;
/** The SDK cannot be stopped. Its own limit comes after ours, so that ours decides, and only tidies up the socket. */
const SDK_GRACE_MS = 1000;

/** Throws `UsageError` where the key or the base URL cannot be one. Sends nothing. */
export function createMailchimpClient(options: MailchimpOptions): MailchimpClient {
  const { apiKey, limiter, count, timeLimitMs = DEFAULT_TIME_LIMIT_MS, retries = DEFAULT_RETRIES } = options;
  const baseUrl = options.baseUrl === undefined ? deriveBaseUrl(apiKey) : checkBaseUrl(options.baseUrl);
  const sdk = createSdkClient({ baseUrl, apiKey, timeLimitMs: timeLimitMs + SDK_GRACE_MS });

  async function once(send: Send, signal: AbortSignal): Promise<Answer> {
    const result = await attempt({ limiter, timeLimitMs }, signal, () => {
      count('mailchimp');
      return send(sdk);
    });
    return readAttempt(result);
  }

  async function readOnce<Body>(
    schema: z.ZodType<Body>,
    send: Send,
    signal: AbortSignal,
  ): Promise<Body | null> {
    const answer = await once(send, signal);
    signal.throwIfAborted();
    if (answer.kind === 'ok') return parseBody(schema, answer.body);
    // Only the API itself can say that something is not there; a proxy's 404 says nothing.
    if (answer.kind === 'problem' && answer.httpStatus === 404) return null;
    throw toReadError(answer);
  }

  return {
    read: (schema, send, signal) => retryTransient(retries, signal, () => readOnce(schema, send, signal)),
    async write(send, signal) {
      const answer = await once(send, signal);
      passStep('mailchimp-written');
      return answer;
    },
  };
}

function parseBody<Body>(schema: z.ZodType<Body>, body: unknown): Body {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw badShape(parsed.error.issues.slice(0, 5).map(({ path, code }) => `${path.join('.')}: ${code}`));
}

/** `https://us6.api.mailchimp.com/3.0`, from the key's suffix (mailchimp-api.md 1.1). */
function deriveBaseUrl(apiKey: string): string {
  const [, dataCentre] = /-([a-z]{2}\d+)$/.exec(apiKey.trim()) ?? [];
  if (dataCentre === undefined) {
    throw new UsageError('MAILCHIMP_KEY_MALFORMED', [
      'The API key must end in a dash and its data centre, such as -us6. Copy it whole from Account, Extras, API keys.',
    ]);
  }
  return `https://${dataCentre}.api.mailchimp.com/3.0`;
}

function checkBaseUrl(text: string): string {
  const url = parseBaseUrl(text);
  if (url === null) {
    throw new UsageError('BAD_INPUT', [
      "The account's base URL must be a web address up to and including /3.0, such as https://us6.api.mailchimp.com/3.0.",
    ]);
  }
  return url.href.replace(/\/+$/, '');
}
