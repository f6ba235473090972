import { FaultError, OutcomeUnknownError, type SyncError, TransientError } from '../../errors/sync-error.ts';
import type { Attempt } from '../attempt.ts';
import { describeFailure } from '../http.ts';
import type { ApiCall } from './api-call.ts';

/** An attempt without an answer. */
export type Unanswered = Exclude<Attempt<unknown>, { readonly kind: 'answered' }>;

/** How a call is named in messages. */
export const nameOf = ({ entity, action }: ApiCall<unknown>): string => `${entity}.${action}`;

/** Nobody there, or no answer in time. */
export function unreachable(result: Unanswered): TransientError {
  if (result.kind !== 'failed')
    return new TransientError('CIVICRM_UNREACHABLE', 'CiviCRM did not answer in time.');
  const { code } = describeFailure(result.error);
  return new TransientError(
    'CIVICRM_UNREACHABLE',
    `CiviCRM could not be reached${code === null ? '' : ` (${code})`}. Check the site’s address, and that the site is up.`,
    { details: { code }, cause: result.error },
  );
}

/** What it means for a write: surely not carried out, or nobody knows. */
export function unanswered(result: Unanswered): SyncError {
  const isUnsent = result.kind === 'failed' && describeFailure(result.error).isUnsent;
  return isUnsent ? unreachable(result) : outcomeUnknown(result.kind);
}

/** A write that CiviCRM may have carried out. */
export function outcomeUnknown(why: string): OutcomeUnknownError {
  return new OutcomeUnknownError(
    'CIVICRM_OUTCOME_UNKNOWN',
    'A write was sent to CiviCRM and no answer says whether it was carried out.',
    { details: { why } },
  );
}

/** 5xx, maintenance, a proxy’s limit: nobody has to act. */
export function busy(httpStatus: number, retryAfterMs: number | null): TransientError {
  return new TransientError(
    'CIVICRM_BUSY',
    `CiviCRM is failing or in maintenance for the moment (${httpStatus}).`,
    { details: { httpStatus }, ...(retryAfterMs !== null && { retryAfterMs }) },
  );
}

/** An answer that broke off, which passes. */
export function cutOff(): TransientError {
  return new TransientError('CIVICRM_BAD_ANSWER', 'CiviCRM’s answer broke off half-way.');
}

/** An answer that is none. */
export function badAnswer(what: string, message: string, httpStatus = 200): FaultError {
  return new FaultError('CIVICRM_BAD_ANSWER', message, { details: { what, httpStatus } });
}

/** E24: 403, to somebody who is signed in or to a stranger. */
export function rightsMissing(what?: string): FaultError {
  const subject = what === undefined ? 'do that' : `call ${what}`;
  return new FaultError(
    'CIVICRM_RIGHTS_MISSING',
    `The API user may not ${subject}. Give its role: access CiviCRM, view all contacts, edit all contacts, add contacts, access deleted contacts.`,
  );
}

/** E24: an empty list of contacts, which a stranger gets too. */
export function contactsHidden(): FaultError {
  return new FaultError(
    'CIVICRM_RIGHTS_MISSING',
    'CiviCRM shows us no contact at all. Either the API user lost the permission "view all contacts", or something between us and the site strips the header X-Civi-Auth.',
  );
}

/**
 * JSON with an error in place of rows. It is not asked again: a read of ours takes no locks, so that what fails once as JSON (a field or an action that the site does not know) fails
 * again; a database that is down answers in HTML.
 */
export function readRefused(
  call: ApiCall<unknown>,
  { status, message }: { readonly status: number; readonly message: string },
): FaultError {
  if (status === 403) return rightsMissing(nameOf(call));
  return new FaultError('CIVICRM_REFUSED', `CiviCRM refused ${nameOf(call)}: ${message}`, {
    details: { status },
  });
}

/** 401 of authx, whose plain text says why (civicrm-api.md 1.3). */
export function keyRefused(text: string): FaultError {
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
