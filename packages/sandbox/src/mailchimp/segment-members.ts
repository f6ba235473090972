import {
  type Answer,
  type ApiContext,
  audienceOf,
  bodyOf,
  memberOf,
  NO_CONTENT,
  ok,
  type RoutedCall,
} from './api-call.ts';
import type { Audience } from './audience.ts';
import { checkSchema, type JsonObject, mismatch, requireProperties } from './body.ts';
import { selfLink } from './links.ts';
import { type Member, subscriberHash } from './member.ts';
import { problems } from './problem.ts';
import { cutPage, pageOf } from './query.ts';
import { bulkMemberRenderer, segmentMemberRenderer } from './render-member.ts';
import { mark, segmentMembers, segmentOf, shownStatuses } from './segments.ts';

/** Addresses to add, and to remove, in one call (reference section 2). */
const MOST = 500;

/** GET …/segments/{segment_id}/members */
export function listSegmentMembers(context: ApiContext, call: RoutedCall): Answer {
  const audience = audienceOf(call);
  const { id } = segmentOf(call, audience);
  const members = segmentMembers(audience, id, shownStatuses(call.query));
  const render = segmentMemberRenderer({ audience, base: context.base() });
  return ok(call, {
    members: cutPage(members, pageOf(call.query)).map(render),
    total_items: members.length,
    _links: selfLink(
      context.base(),
      `/lists/${audience.id}/segments/${id}/members`,
      'Lists/Segments/Members',
    ),
  });
}

/** POST …/segments/{segment_id}/members: one member by address. */
export function postSegmentMember(context: ApiContext, call: RoutedCall): Answer {
  const audience = audienceOf(call);
  const { name } = segmentOf(call, audience);
  const json = bodyOf(call);
  requireProperties(json, ['email_address']);
  checkSchema(json, { email_address: 'string' });
  const member = audience.findByHash(subscriberHash(String(json['email_address'])));
  if (member === undefined) throw problems.notFound();
  mark(context, audience, member, { on: [name] });
  return ok(call, segmentMemberRenderer({ audience, base: context.base() })(member));
}

/** DELETE …/segments/{segment_id}/members/{subscriber_hash} */
export function deleteSegmentMember(context: ApiContext, call: RoutedCall): Answer {
  const audience = audienceOf(call);
  const { id, name } = segmentOf(call, audience);
  const member = memberOf(call, audience);
  if (!member.tags.some((tag) => tag.id === id)) throw problems.notFound();
  mark(context, audience, member, { off: [name] });
  return NO_CONTENT;
}

/** POST …/segments/{segment_id}: many addresses at once; those outside the audience come back as errors. */
export function postSegmentMembers(context: ApiContext, call: RoutedCall): Answer {
  const audience = audienceOf(call);
  const { name } = segmentOf(call, audience);
  const json = bodyOf(call);
  checkSchema(json, { members_to_add: 'array', members_to_remove: 'array' });
  const [toAdd, toRemove] = [addresses(json, 'members_to_add'), addresses(json, 'members_to_remove')];
  const added = markAll(audience, toAdd, (member) => mark(context, audience, member, { on: [name] }));
  const removed = markAll(audience, toRemove, (member) => mark(context, audience, member, { off: [name] }));
  const unknown = [...added.unknown, ...removed.unknown];
  const render = bulkMemberRenderer({ audience, base: context.base() });
  return ok(call, {
    members_added: added.changed.map(render),
    members_removed: removed.changed.map(render),
    errors:
      unknown.length === 0
        ? []
        : [{ email_addresses: unknown, error: 'Email addresses have not been subscribed to this list.' }],
    total_added: added.changed.length,
    total_removed: removed.changed.length,
    error_count: unknown.length,
    _links: selfLink(context.base(), `/lists/${audience.id}/segments`, 'Lists/Segments'),
  });
}

function addresses(json: JsonObject, property: string): readonly string[] {
  const given = json[property];
  const list: readonly unknown[] = Array.isArray(given) ? given : [];
  const wrong = list.flatMap((email, n) =>
    typeof email === 'string' ? [] : [mismatch(`${property}.item:${n}`, 'string', email)],
  );
  if (wrong.length > 0) throw problems.invalidFields(wrong);
  if (list.length > MOST) {
    throw problems.invalidFields([{ field: property, message: `Cannot have more than ${MOST} addresses` }]);
  }
  return list.map(String);
}

function markAll(
  audience: Audience,
  emails: readonly string[],
  change: (member: Member) => boolean,
): { readonly changed: readonly Member[]; readonly unknown: readonly string[] } {
  const found = emails.map((email) => ({ email, member: audience.findByHash(subscriberHash(email)) }));
  return {
    changed: found.flatMap(({ member }) => (member !== undefined && change(member) ? [member] : [])),
    unknown: found.flatMap(({ email, member }) => (member === undefined ? [email] : [])),
  };
}
