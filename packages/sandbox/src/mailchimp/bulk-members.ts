import {
  type Answer,
  type ApiCall,
  type ApiContext,
  audienceOf,
  bodyOf,
  ok,
  type RoutedCall,
  writeScope,
} from './api-call.ts';
import { checkSchema, isObject, type JsonObject, requireProperties } from './body.ts';
import { selfLink } from './links.ts';
import { lowerCased, type Member, subscriberHash } from './member.ts';
import { type MemberBody, parseMemberBody } from './member-body.ts';
import { ApiProblem, problems } from './problem.ts';
import { isTrue } from './query.ts';
import { bulkMemberRenderer } from './render-member.ts';
import { stateOf } from './transitions.ts';
import { createMember, updateMember, type WriteScope } from './write-member.ts';

const MOST = 500;

interface BulkError {
  readonly email_address: string;
  readonly error: string;
  readonly error_code: 'ERROR_CONTACT_EXISTS' | 'ERROR_GENERIC';
  readonly field?: string;
  readonly field_message?: string;
}

interface BulkOptions {
  readonly existing: 'left' | 'updated';
  readonly tags: 'added' | 'replaced';
  readonly duplicates: 'errors' | 'ignored';
}

type BulkResult =
  | { readonly kind: 'created' | 'updated'; readonly member: Member }
  | { readonly kind: 'error'; readonly error: BulkError };

/** POST /lists/{list_id}: up to 500 members at once; 200 even where every one of them failed (reference section 5). */
export function postMembers(context: ApiContext, call: RoutedCall): Answer {
  const audience = audienceOf(call);
  const json = bodyOf(call);
  requireProperties(json, ['members']);
  checkSchema(json, { members: 'array', update_existing: 'boolean', sync_tags: 'boolean' });
  const entries = parseEntries(json['members']);
  const results = writeAll(writeScope(context, call, audience), entries, optionsOf(call, json));
  const render = bulkMemberRenderer({ audience, base: context.base() });
  const created = results.flatMap((result) => (result.kind === 'created' ? [render(result.member)] : []));
  const updated = results.flatMap((result) => (result.kind === 'updated' ? [render(result.member)] : []));
  const errors = results.flatMap((result) => (result.kind === 'error' ? [result.error] : []));
  return ok(call, {
    new_members: created,
    updated_members: updated,
    errors,
    total_created: created.length,
    total_updated: updated.length,
    error_count: errors.length,
    _links: selfLink(context.base(), `/lists/${audience.id}`, 'Lists'),
  });
}

function parseEntries(members: unknown): readonly MemberBody[] {
  const entries: readonly unknown[] = Array.isArray(members) ? members : [];
  if (entries.length > MOST) {
    throw problems.invalidFields([
      { field: 'members', message: `Cannot have more than ${MOST} members per call` },
    ]);
  }
  return entries.map((entry, n) => parseMemberBody(isObject(entry) ? entry : {}, `members.item:${n}.`));
}

const optionsOf = (call: ApiCall, json: JsonObject): BulkOptions => ({
  existing: json['update_existing'] === true ? 'updated' : 'left',
  tags: json['sync_tags'] === true ? 'replaced' : 'added',
  duplicates: isTrue(call.query, 'skip_duplicate_check') ? 'ignored' : 'errors',
});

function writeAll(
  scope: WriteScope,
  entries: readonly MemberBody[],
  options: BulkOptions,
): readonly BulkResult[] {
  const seen = new Set<string>();
  return entries.flatMap((entry): readonly BulkResult[] => {
    const email = entry.email ?? '';
    const key = lowerCased(email);
    const isDuplicate = seen.has(key);
    seen.add(key);
    if (!isDuplicate) return [writeOne(scope, email, entry, options)];
    return options.duplicates === 'ignored'
      ? []
      : [failed(email, 'Duplicate items found for this email address.')];
  });
}

function writeOne(scope: WriteScope, email: string, entry: MemberBody, options: BulkOptions): BulkResult {
  try {
    return writeOrThrow(scope, email, entry, options);
  } catch (error) {
    if (error instanceof ApiProblem) return refused(email, error);
    throw error;
  }
}

/** No change of address and no archiving here; archived addresses come back and count as created. */
function writeOrThrow(scope: WriteScope, email: string, entry: MemberBody, options: BulkOptions): BulkResult {
  const present = scope.audience.findByHash(subscriberHash(email));
  if (present === undefined) {
    return { kind: 'created', member: createMember(scope, email, entry.status ?? 'subscribed', entry) };
  }
  const isArchived = present.status === 'archived';
  if (!isArchived && options.existing === 'left') {
    return failed(email, problems.memberExists(email).detail, 'ERROR_CONTACT_EXISTS');
  }
  const { status: asked, ...rest } = entry;
  const status = isLeftOut(scope, present, asked)
    ? undefined
    : (asked ?? (isArchived ? 'subscribed' : undefined));
  const body = { ...rest, email: present.email, ...(status === undefined ? {} : { status }) };
  updateMember(scope, present, body, { optInOfRevived: 'reset', tags: options.tags });
  return { kind: isArchived ? 'created' : 'updated', member: present };
}

/** One report has it that this call, unlike PUT, leaves unsubscribed whom the API had unsubscribed (reference 4.2). */
const isLeftOut = ({ world }: WriteScope, present: Member, asked: string | undefined): boolean =>
  asked === 'subscribed' &&
  world.settings.bulkRevivesUnsubscribed === 'no' &&
  stateOf(present) === 'unsubscribed-by-admin';

function refused(email: string, { detail, errors: [first] }: ApiProblem): BulkResult {
  const error: BulkError = { email_address: email, error: detail, error_code: 'ERROR_GENERIC' };
  if (first === undefined) return { kind: 'error', error };
  return { kind: 'error', error: { ...error, field: first.field, field_message: first.message } };
}

const failed = (
  email: string,
  error: string,
  code: BulkError['error_code'] = 'ERROR_GENERIC',
): BulkResult => ({ kind: 'error', error: { email_address: email, error, error_code: code } });
