import type { MailchimpStatus } from '../../domain/facts.ts';
import type { AudienceId } from '../../domain/ids.ts';
import type { MemberCall, MemberRecord } from '../../domain/mailchimp-call.ts';
import { fromMailchimpDate, toMailchimpDate } from '../../domain/wall-time.ts';
import type { BatchOperation, MemberQuery, RemoteBatch } from './mailchimp.ts';
import { type MemberView, NO_VIEW, toMemberProfile } from './profile.ts';
import type { ApiBatch, ApiMember } from './schemas.ts';
import type { MemberListOptions } from './sdk.ts';

/** A status of this version's, or `unknown`: a fault of that member, never "out" (rules section 1). */
const STATUSES: Readonly<Record<MailchimpStatus, MailchimpStatus>> = {
  subscribed: 'subscribed',
  pending: 'pending',
  unsubscribed: 'unsubscribed',
  cleaned: 'cleaned',
  transactional: 'transactional',
  archived: 'archived',
};

export function toMemberRecord(member: ApiMember, view: MemberView = NO_VIEW): MemberRecord {
  const profile = toMemberProfile(member, view);
  return {
    contactId: member.contact_id,
    id: member.id,
    address: member.email_address,
    status: isKnownStatus(member.status) ? STATUSES[member.status] : 'unknown',
    changedAt: fromMailchimpDate(member.last_changed),
    optedInAt: fromMailchimpDate(member.timestamp_opt),
    signedUpAt: fromMailchimpDate(member.timestamp_signup ?? ''),
    unsubscribeReason: member.unsubscribe_reason ?? '',
    firstName: toText(member.merge_fields?.['FNAME']),
    lastName: toText(member.merge_fields?.['LNAME']),
    ...(profile !== null && { profile }),
  };
}

const isKnownStatus = (status: string): status is MailchimpStatus => Object.hasOwn(STATUSES, status);

/** An audience may have given FNAME another type: numbers are taken as text, an address is none. */
const toText = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

export function toRemoteBatch(batch: ApiBatch): RemoteBatch {
  return {
    id: batch.id,
    status: batch.status,
    total: batch.total_operations,
    finished: batch.finished_operations,
    errored: batch.errored_operations,
    submittedAt: fromMailchimpDate(batch.submitted_at),
    resultUrl: batch.response_body_url === '' ? null : batch.response_body_url,
  };
}

/** Ascending by `last_changed`; both ends of the window are exclusive (mailchimp-api.md 3.3). Without a window nothing is said of dates: 1970 as `since` hangs there. */
export function toListOptions(
  { list, window }: MemberQuery,
  page: { readonly offset: number; readonly count: number },
  fields: readonly string[],
): MemberListOptions {
  return {
    fields,
    ...page,
    ...(list === 'archived' && { status: 'archived' }),
    ...(window !== null && { since_last_changed: toMailchimpDate(window.since) }),
    ...(window !== null && window.before !== null && { before_last_changed: toMailchimpDate(window.before) }),
    sort_field: 'last_changed',
    sort_dir: 'ASC',
  };
}

/** One entry of `operations` (mailchimp-api.md 6.1). */
export interface ApiOperation {
  readonly method: 'PUT' | 'PATCH' | 'DELETE' | 'POST';
  readonly path: string;
  readonly operation_id: string;
  readonly params?: Readonly<Record<string, string>>;
  /** JSON in a string. */
  readonly body?: string;
}

export function toOperation(audience: AudienceId, { operationId, call }: BatchOperation): ApiOperation {
  const path = `/lists/${encodeURIComponent(audience)}/members/${encodeURIComponent(call.key)}`;
  return { operation_id: operationId, ...toRequest(path, call) };
}

function toRequest(path: string, call: MemberCall): Omit<ApiOperation, 'operation_id'> {
  switch (call.kind) {
    case 'put':
    case 'patch':
      return {
        method: call.kind === 'put' ? 'PUT' : 'PATCH',
        path,
        params: { skip_merge_validation: 'true' },
        body: JSON.stringify(call.body),
      };
    case 'tags':
      return { method: 'POST', path: `${path}/tags`, body: JSON.stringify(call.body) };
    case 'archive':
      return { method: 'DELETE', path };
    case 'delete-permanent':
      return { method: 'POST', path: `${path}/actions/delete-permanent` };
  }
}
