import { SECOND_MS } from '../domain/instant.ts';

/** Failures before a byte of the request was sent: nobody can have acted on it. */
const NOT_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** How a request failed without an answer. */
export interface NetworkFailure {
  /** False where it may have reached the other end. */
  readonly isUnsent: boolean;
  /** The system's code, such as `ECONNREFUSED`; fit for the dashboard. */
  readonly code: string | null;
}

/** Reads a rejection of `fetch` or of Node's own client. A `TypeError` of neither is a bug of ours, and thrown on. */
export function describeFailure(error: unknown): NetworkFailure {
  const code = codeOf(error) ?? (error instanceof Error ? codeOf(error.cause) : null);
  if (code === null && error instanceof TypeError && error.cause === undefined) throw error;
  return { isUnsent: code !== null && NOT_SENT.has(code), code };
}

function codeOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

/**
 * `Retry-After` in milliseconds: seconds, or a moment by the clock of the other end, which its `Date` header tells. Null where there is none that can be read; never negative.
 */
export function parseRetryAfter(
  header: string | null | undefined,
  dateHeader: string | null | undefined,
): number | null {
  const text = header?.trim() ?? '';
  if (text === '') return null;
  const waitMs = /^\d+$/.test(text)
    ? Number(text) * SECOND_MS
    : Date.parse(text) - Date.parse(dateHeader ?? '');
  return Number.isNaN(waitMs) ? null : Math.max(0, waitMs);
}

/** A web address that can be called; null for anything else: another scheme, credentials or a query in it. */
export function parseBaseUrl(text: string): URL | null {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : null;
  const isPlain =
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    url.username === '' &&
    url.search === '' &&
    url.hash === '';
  return isPlain ? url : null;
}

const LONGEST = 200;

/** Words of another system, fit for a message: without mark-up, addresses and anything that looks like a key, and cut. Names cannot be told from words. */
export function redact(text: string): string {
  const plain = text
    .replace(/<[^>]*>/g, ' ')
    .replace(/[^\s"'<>(),;:]+@[^\s"'<>(),;:]+/g, '(address)')
    .replace(/\b[0-9A-Za-z]{24,}(-[a-z]{2}\d+)?\b/g, '(key)')
    .replace(/\s+/g, ' ')
    .trim();
  return plain.length > LONGEST ? `${plain.slice(0, LONGEST)}…` : plain;
}
