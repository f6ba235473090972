import type { ErrorCode } from '../../errors/codes.ts';
import { FaultError, OutcomeUnknownError, type SyncError, TransientError } from '../../errors/sync-error.ts';
import { redact } from '../http.ts';
import type { Answer, Garbled, Problem } from './answer.ts';

/** An answer that is not the one hoped for. */
export type Failure = Exclude<Answer, { readonly kind: 'ok' }>;

/**
 * What a failed read means, by HTTP status, then by title (mailchimp-api.md 1.2, 1.3). Mailchimp's `detail` stays out of it: it may hold the address.
 */
export function toReadError(failure: Failure): SyncError {
  switch (failure.kind) {
    case 'problem':
      return accountFault(failure) ?? problemError(failure);
    case 'garbled':
      return accountFault(failure) ?? garbledError(failure);
    case 'none':
      return unreachable(failure);
  }
}

/** The account cannot be used, whatever was asked; null: something else is wrong. */
export function accountFault(failure: Failure): FaultError | null {
  if (failure.kind === 'none') return null;
  if (failure.httpStatus === 401) return fault('MAILCHIMP_KEY_REFUSED', KEY_REFUSED, failure);
  // Without JSON a 403 is no answer of the account's: we were turned away because of volume (1.3).
  if (failure.kind === 'garbled' || failure.httpStatus !== 403) return null;
  return failure.title === 'User Disabled'
    ? fault('MAILCHIMP_ACCOUNT_DISABLED', ACCOUNT_DISABLED, failure)
    : fault('MAILCHIMP_FORBIDDEN', FORBIDDEN, failure);
}

const KEY_REFUSED =
  'Mailchimp refuses the API key. Make a new one under Account, Extras, API keys, and enter it whole, with the data centre at its end.';
const ACCOUNT_DISABLED =
  'Mailchimp has closed or suspended the account. Sign in at mailchimp.com to see why; nothing is synced until it is open again.';
const FORBIDDEN =
  "Mailchimp does not let this API key do that. Use a key of the account's owner, an administrator or a manager.";

function problemError(problem: Problem): SyncError {
  if (problem.httpStatus === 429 || problem.httpStatus >= 500) return busy(problem);
  const title = redact(problem.title);
  return fault(
    'MAILCHIMP_REFUSED',
    `Mailchimp refused the request (${problem.httpStatus} ${title}).`,
    problem,
  );
}

function garbledError(garbled: Garbled): SyncError {
  const { httpStatus, what } = garbled;
  if (httpStatus === 403 || httpStatus === 408 || httpStatus === 429 || httpStatus >= 500)
    return busy(garbled);
  // Half an answer is a cut line, which passes; a page in place of the API does not by itself.
  if (what === 'cut-off') {
    return new TransientError('MAILCHIMP_BAD_ANSWER', 'Mailchimp’s answer broke off half-way.', {
      details: detailsOf(garbled),
    });
  }
  return fault('MAILCHIMP_BAD_ANSWER', BAD_ANSWERS[what], garbled);
}

const CHECK_ADDRESS = 'Check the account’s base URL, and whether a proxy or firewall answers in its place.';
const BAD_ANSWERS: Readonly<Record<Exclude<Garbled['what'], 'cut-off'>, string>> = {
  'not-json': `A web page came back in place of Mailchimp’s API. ${CHECK_ADDRESS}`,
  empty: `An empty answer came back in place of Mailchimp’s API. ${CHECK_ADDRESS}`,
  redirected: `Mailchimp’s address redirects elsewhere. ${CHECK_ADDRESS}`,
};

function unreachable(failure: Extract<Failure, { readonly kind: 'none' }>): TransientError {
  if (failure.why !== 'network')
    return new TransientError('MAILCHIMP_UNREACHABLE', 'Mailchimp did not answer in time.');
  const { code } = failure.failure;
  return new TransientError(
    'MAILCHIMP_UNREACHABLE',
    `Mailchimp could not be reached${code === null ? '' : ` (${code})`}. Check the network and the data centre at the end of the API key.`,
    { details: { code }, cause: failure.cause },
  );
}

/** 429, 5xx, a 403 without JSON: nobody has to act. */
export function busy(failure: Problem | Garbled): TransientError {
  return new TransientError(
    'MAILCHIMP_BUSY',
    `Mailchimp is limiting or failing requests for the moment (${failure.httpStatus}).`,
    {
      details: detailsOf(failure),
      ...(failure.retryAfterMs !== null && { retryAfterMs: failure.retryAfterMs }),
    },
  );
}

/** What a failed submission of a batch means: it is never sent again while it may have been taken. */
export function toSubmitError(failure: Failure): SyncError {
  const known = accountFault(failure);
  if (known !== null) return known;
  if (failure.kind === 'none') {
    return failure.why === 'network' && failure.failure.isUnsent
      ? unreachable(failure)
      : outcomeUnknown(failure.why === 'network' ? { code: failure.failure.code } : { why: failure.why });
  }
  if (failure.httpStatus === 429 || failure.httpStatus === 403) return busy(failure);
  if (failure.httpStatus >= 500 || failure.kind === 'garbled') return outcomeUnknown(detailsOf(failure));
  return problemError(failure);
}

/** Mailchimp may have taken a batch. */
export function outcomeUnknown(details: Readonly<Record<string, unknown>>): OutcomeUnknownError {
  return new OutcomeUnknownError(
    'MAILCHIMP_OUTCOME_UNKNOWN',
    'A batch was sent to Mailchimp and no answer says whether it was taken.',
    { details },
  );
}

/** An answer that is JSON and still not what was asked for: keys are missing. Only their paths are told, never values. */
export function badShape(problems: readonly string[]): FaultError {
  return new FaultError(
    'MAILCHIMP_BAD_ANSWER',
    `Mailchimp’s answer lacks what it must have. ${CHECK_ADDRESS}`,
    {
      details: { problems },
    },
  );
}

export function audienceMissing(): FaultError {
  return new FaultError(
    'MAILCHIMP_AUDIENCE_MISSING',
    'There is no such audience in the Mailchimp account. Check its id under Audience, Settings; if it was deleted, remove the connection.',
  );
}

function fault(code: ErrorCode, message: string, failure: Problem | Garbled): FaultError {
  return new FaultError(code, message, { details: detailsOf(failure) });
}

function detailsOf(failure: Problem | Garbled): Readonly<Record<string, unknown>> {
  return failure.kind === 'problem'
    ? { httpStatus: failure.httpStatus, title: redact(failure.title), requestId: failure.requestId }
    : { httpStatus: failure.httpStatus, what: failure.what };
}
