import { type FaultKind, type Faults, keepRows } from '../faults.ts';
import { type Answer, type ApiContext, audienceOf, type RoutedCall } from './api-call.ts';
import type { Audience } from './audience.ts';
import { selfLink } from './links.ts';
import { type Member, type MemberStatus, uniqueEmailId } from './member.ts';
import { memberPage } from './member-page.ts';
import { problems } from './problem.ts';
import { isTrue, oneOf, type Page, pageOf, secondsOf } from './query.ts';
import { memberRenderer } from './render-member.ts';
import { prune, selectionOf, under } from './select-fields.ts';

const STATUSES: readonly MemberStatus[] = [
  'subscribed',
  'unsubscribed',
  'cleaned',
  'pending',
  'transactional',
  'archived',
];
const SORT_FIELDS = ['timestamp_opt', 'timestamp_signup', 'last_changed'] as const;
const DROPPING: ReadonlySet<FaultKind> = new Set<FaultKind>(['drop-rows']);
const SHIFTING: ReadonlySet<FaultKind> = new Set<FaultKind>(['page-shift']);

/** Before this second (the start of 2001) the real one does not answer within its time limit. */
const ANCIENT = 978_307_200;

/** GET /lists/{list_id}/members (reference 3.3). */
export function listMembers({ world, faults, base, pool }: ApiContext, call: RoutedCall): Answer {
  const audience = audienceOf(call);
  const selection = selectionOf(call.query);
  if (world.settings.ancientSince === 'times-out') refuseAncient(call.query);
  shiftPages(faults, call, audience);
  const found = findMembers(audience, call.query);
  const order = oneOf(call.query, 'sort_dir', ['ASC', 'DESC'] as const) ?? 'ASC';
  const page = pageIn(order, found, pageOf(call.query));
  const wanted = under(selection, 'members');
  const rows = wanted.kind === 'nothing' ? [] : withoutDropped(faults, call, page);
  const envelope = {
    list_id: audience.id,
    total_items: found.length,
    _links: selfLink(base(), `/lists/${audience.id}/members`, 'Lists/Members/Collection'),
  };
  if (selection.kind === 'all') {
    const rest = `,${JSON.stringify(envelope).slice(1)}`;
    const parts = { audience, base: base(), members: rows, before: '{"members":', after: rest };
    return { status: 200, totalItems: found.length, ...memberPage(pool, parts) };
  }
  const render = memberRenderer({ audience, base: base() }, wanted);
  return {
    status: 200,
    body: {
      ...(wanted.kind === 'nothing' ? {} : { members: rows.map(render) }),
      ...Object(prune(envelope, selection)),
    },
  };
}

/** Everybody who meets the conditions, ascending. */
function findMembers(audience: Audience, query: URLSearchParams): readonly Member[] {
  const status = oneOf(query, 'status', STATUSES);
  checkTogether(query, status);
  const sortField = oneOf(query, 'sort_field', SORT_FIELDS);
  const sorted = audience.sorted(status ?? 'all-but-archived', sortField ?? 'created');
  const changed = {
    since: secondsOf(query, 'since_last_changed'),
    before: secondsOf(query, 'before_last_changed'),
  };
  const filters = filtersOf(query);
  const isOrdered = sortField === 'last_changed';
  if (!isOrdered) filters.push(...within((member) => member.lastChanged, changed));
  const inWindow = isOrdered ? cutWindow(sorted, changed) : sorted;
  return filters.length === 0
    ? inWindow
    : inWindow.filter((member) => filters.every((passes) => passes(member)));
}

type Filter = (member: Member) => boolean;

/** Both ends are exclusive, at whole seconds. */
interface Window {
  readonly since: number | undefined;
  readonly before: number | undefined;
}

function filtersOf(query: URLSearchParams): Filter[] {
  const opted = {
    since: secondsOf(query, 'since_timestamp_opt'),
    before: secondsOf(query, 'before_timestamp_opt'),
  };
  const left = { since: secondsOf(query, 'unsubscribed_since'), before: undefined };
  const uniqueId = query.get('unique_email_id');
  const emailType = query.get('email_type');
  return [
    ...within((member) => member.timestampOpt, opted),
    ...within((member) => member.lastChanged, left),
    ...(uniqueId === null ? [] : [(member: Member) => uniqueEmailId(member.hash) === uniqueId]),
    ...(emailType === null ? [] : [(member: Member) => member.emailType === emailType]),
    ...(isTrue(query, 'vip_only') ? [(member: Member) => member.vip] : []),
    ...interestFilter(query),
  ];
}

const within = (timeOf: (member: Member) => number, { since, before }: Window): Filter[] => [
  ...(since === undefined ? [] : [(member: Member) => timeOf(member) > since]),
  ...(before === undefined ? [] : [(member: Member) => timeOf(member) < before]),
];

function interestFilter(query: URLSearchParams): Filter[] {
  const match = oneOf(query, 'interest_match', ['any', 'all', 'none'] as const);
  const ids = (query.get('interest_ids') ?? '').split(',').filter((id) => id !== '');
  if (match === undefined) return [];
  const has = (member: Member) => (id: string) => member.interests.has(id);
  switch (match) {
    case 'any':
      return [(member) => ids.some(has(member))];
    case 'all':
      return [(member) => ids.every(has(member))];
    case 'none':
      return [(member) => !ids.some(has(member))];
  }
}

/** Some parameters make sense only with others. */
function checkTogether(query: URLSearchParams, status: MemberStatus | undefined): void {
  if (isTrue(query, 'since_last_campaign') && status === undefined) {
    throw problems.invalidResource('Status is required when using since_last_campaign filter.');
  }
  if (query.has('unsubscribed_since') && status !== 'unsubscribed') {
    throw problems.invalidResource('unsubscribed_since can only be used with a status of "unsubscribed."');
  }
  const interest = ['interest_category_id', 'interest_ids', 'interest_match'].filter((name) =>
    query.has(name),
  );
  if (interest.length === 1 || interest.length === 2) {
    throw problems.invalidResource(
      'interest_category_id, interest_ids, and interest_match must be used together.',
    );
  }
}

function refuseAncient(query: URLSearchParams): void {
  const since = secondsOf(query, 'since_last_changed');
  if (since !== undefined && since < ANCIENT) throw problems.gatewayTimeout();
}

function cutWindow(sorted: readonly Member[], { since, before }: Window): readonly Member[] {
  const start = since === undefined ? 0 : firstAt(sorted, since + 1);
  const end = before === undefined ? sorted.length : firstAt(sorted, before);
  return start === 0 && end === sorted.length ? sorted : sorted.slice(start, Math.max(start, end));
}

/** Index of the first member changed at that second or later. */
function firstAt(sorted: readonly Member[], second: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle]?.lastChanged ?? 0) < second) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Descending is exactly the reverse of ascending, members of one second included. */
function pageIn(
  order: 'ASC' | 'DESC',
  members: readonly Member[],
  { count, offset }: Page,
): readonly Member[] {
  if (order === 'ASC') return members.slice(offset, offset + count);
  const end = Math.max(members.length - offset, 0);
  return members.slice(Math.max(end - count, 0), end).reverse();
}

function withoutDropped(faults: Faults, call: RoutedCall, rows: readonly Member[]): readonly Member[] {
  const fault = faults.take(DROPPING, { system: 'mailchimp', method: call.method, paths: [call.path] });
  return fault === null ? rows : keepRows(rows, fault);
}

/** Whoever changed longest ago changes now, and so goes to the end: a page read by its offset then begins too late (reference 3.3). */
function shiftPages(faults: Faults, call: RoutedCall, audience: Audience): void {
  const target = { system: 'mailchimp', method: call.method, paths: [call.path] } as const;
  const fault = faults.take(SHIFTING, target);
  if (fault === null) return;
  const oldest = audience.sorted('all-but-archived', 'last_changed').slice(0, fault.rows ?? 1);
  for (const member of oldest) audience.touch(member);
}
