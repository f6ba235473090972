import { FaultError, TransientError, UsageError } from '@mcsync/core/errors/sync-error';

/** Why a request gets nothing, in words for who made it. None tells anything about us that they could not know. */
export const REFUSALS = {
  malformed: { status: 400, title: 'Bad request', text: 'The request could not be understood.' },
  'not-signed-in': { status: 401, title: 'Not signed in', text: 'Sign in first.' },
  foreign: {
    status: 403,
    title: 'Refused',
    text: 'This was not sent from a page of this dashboard, so nothing was changed.',
  },
  'stale-form': {
    status: 403,
    title: 'The page was open for too long',
    text: 'Nothing was changed. Go back, load the page again, and repeat what you did.',
  },
  'not-allowed': {
    status: 403,
    title: 'For administrators',
    text: 'You may look at everything and change nothing. Ask an administrator, or to be made one.',
  },
  invalid: { status: 422, title: 'Not as it has to be', text: 'Nothing was changed.' },
  impossible: { status: 409, title: 'That cannot be done', text: 'Nothing was changed.' },
  unreachable: { status: 502, title: 'The other end is in the way', text: 'Nothing was changed.' },
  'not-found': { status: 404, title: 'Not found', text: 'There is nothing at this address.' },
  'too-many-tries': {
    status: 429,
    title: 'Too many tries',
    text: 'To keep passwords from being guessed, signing in is closed for a while. Try again in 15 minutes.',
  },
  failed: {
    status: 500,
    title: 'Something went wrong',
    text: 'It is our mistake, not yours. The log of the server says more, under this reference:',
  },
} as const satisfies Readonly<
  Record<string, { readonly status: number; readonly title: string; readonly text: string }>
>;

export type RefusalReason = keyof typeof REFUSALS;

/** A request that gets nothing; thrown by guards and caught by the error page. */
export class RequestRefused extends Error {
  override readonly name = 'RequestRefused';
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason) {
    super(reason);
    this.reason = reason;
  }
}

/** What an error means for who made the request; whatever we do not know of is our mistake. */
export function reasonFor(error: unknown): RefusalReason {
  if (error instanceof RequestRefused) return error.reason;
  if (error instanceof UsageError) return error.code === 'NOT_FOUND' ? 'not-found' : 'impossible';
  if (isOfOtherEnd(error)) return 'unreachable';
  return isClientError(error) ? 'malformed' : 'failed';
}

/** What an error says for whoever made the request; the messages of ours are made for that. */
export function problemsOf(error: unknown): readonly string[] {
  if (error instanceof UsageError && error.code !== 'NOT_FOUND') return error.problems;
  return isOfOtherEnd(error) ? [error.message] : [];
}

/** Mailchimp's or CiviCRM's: not our mistake, and told as it is. */
function isOfOtherEnd(error: unknown): error is FaultError | TransientError {
  const isKind = error instanceof FaultError || error instanceof TransientError;
  return isKind && /^(MAILCHIMP|CIVICRM|GROUP)_/.test(error.code);
}

/** Express and its parsers say with `status` that the request is at fault. */
function isClientError(error: unknown): boolean {
  const status: unknown = error instanceof Error ? Reflect.get(error, 'status') : undefined;
  return typeof status === 'number' && status >= 400 && status < 500;
}
