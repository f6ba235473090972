import { isoSeconds } from '../clock.ts';
import {
  type Answer,
  type ApiContext,
  audienceOf,
  bodyOf,
  NO_CONTENT,
  ok,
  param,
  type RoutedCall,
} from './api-call.ts';
import type { Audience } from './audience.ts';
import { checkSchema, type JsonObject, requireProperties } from './body.ts';
import { selfLink } from './links.ts';
import { lowerCased, type Member, type MemberStatus, subscriberHash, toSeconds } from './member.ts';
import { applyTags } from './member-tags.ts';
import { problems } from './problem.ts';
import { cutPage, isTrue, oneOf, pageOf, secondsOf } from './query.ts';
import type { Tag } from './tag-book.ts';

const TYPES = ['saved', 'static', 'fuzzy'] as const;
const SCHEMA = { name: 'string', static_segment: 'array', options: 'object' } as const;

// A static segment is a tag under the same id (reference 8.3). Segments by conditions are not offered: they get 400.

/** GET /lists/{list_id}/segments */
export function listSegments(context: ApiContext, call: RoutedCall): Answer {
  const audience = audienceOf(call);
  const found = findSegments(audience, call.query);
  return ok(call, {
    segments: cutPage(found, pageOf(call.query)).map((tag) => rendered(context, call, audience, tag)),
    list_id: audience.id,
    total_items: found.length,
    _links: selfLink(context.base(), `/lists/${audience.id}/segments`, 'Lists/Segments/Collection'),
  });
}

/** GET …/segments/{segment_id} */
export function getSegment(context: ApiContext, call: RoutedCall): Answer {
  const audience = audienceOf(call);
  return ok(call, rendered(context, call, audience, segmentOf(call, audience)));
}

/** POST /lists/{list_id}/segments: addresses outside the audience are passed over. */
export function postSegment(context: ApiContext, call: RoutedCall): Answer {
  const audience = audienceOf(call);
  const json = parse(call);
  const name = String(json['name']);
  if (audience.tags.find(name) !== undefined) throw alreadyThere();
  const tag = audience.tags.ensure(name);
  for (const member of membersNamed(audience, json['static_segment']))
    mark(context, audience, member, { on: [name] });
  return ok(call, rendered(context, call, audience, tag));
}

/** PATCH …/segments/{segment_id}: wants a name; `static_segment` replaces its members. */
export function patchSegment(context: ApiContext, call: RoutedCall): Answer {
  const audience = audienceOf(call);
  const { id, name: oldName } = segmentOf(call, audience);
  const json = parse(call);
  const name = String(json['name']);
  const holder = audience.tags.find(name);
  if (holder !== undefined && holder.id !== id) throw alreadyThere();
  if (name !== oldName) audience.tags.rename(id, name);
  if (json['static_segment'] !== undefined) {
    const wanted = new Set(membersNamed(audience, json['static_segment']));
    for (const member of segmentMembers(audience, id, () => true)) {
      if (!wanted.has(member)) mark(context, audience, member, { off: [name] });
    }
    for (const member of wanted) mark(context, audience, member, { on: [name] });
  }
  return ok(call, rendered(context, call, audience, audience.tags.get(id)));
}

/** DELETE …/segments/{segment_id}: the tag goes from all members. */
export function deleteSegment(_: ApiContext, call: RoutedCall): Answer {
  const audience = audienceOf(call);
  audience.removeTag(segmentOf(call, audience).id);
  return NO_CONTENT;
}

/** The segment that the path names; 404 where there is none. */
export function segmentOf(call: RoutedCall, audience: Audience): Tag {
  const tag = audience.tags.findById(Number(param(call, 'segment_id')));
  if (tag === undefined) throw problems.notFound();
  return tag;
}

/** Puts a tag on a member or takes it off; says whether that changed anything. */
export function mark(
  { world }: ApiContext,
  audience: Audience,
  member: Member,
  names: { readonly on?: readonly string[]; readonly off?: readonly string[] },
): boolean {
  const isChanged = applyTags(audience, member, names, toSeconds(world.clock.now()));
  if (isChanged) audience.touch(member);
  return isChanged;
}

export function segmentMembers(
  audience: Audience,
  tagId: number,
  isShown: (status: MemberStatus) => boolean,
): readonly Member[] {
  return audience
    .sorted('all-but-archived', 'created')
    .filter(({ status, tags }) => isShown(status) && tags.some(({ id }) => id === tagId));
}

/** Subscribed members always; others where the query includes them. */
export function shownStatuses(query: URLSearchParams): (status: MemberStatus) => boolean {
  const shown = new Set<MemberStatus>(['subscribed']);
  for (const status of ['cleaned', 'transactional', 'unsubscribed'] as const) {
    if (isTrue(query, `include_${status}`)) shown.add(status);
  }
  return (status) => shown.has(status);
}

function parse(call: RoutedCall): JsonObject {
  const json = bodyOf(call);
  requireProperties(json, ['name']);
  checkSchema(json, SCHEMA);
  if (json['options'] === undefined) return json;
  throw problems.invalidResource('The sandbox offers static segments only, none by conditions.');
}

const alreadyThere = () => problems.invalidResource('Sorry, that tag already exists.');

function membersNamed(audience: Audience, emails: unknown): readonly Member[] {
  const given: readonly unknown[] = Array.isArray(emails) ? emails : [];
  return given.flatMap((email) => audience.findByHash(subscriberHash(lowerCased(String(email)))) ?? []);
}

function findSegments({ tags }: Audience, query: URLSearchParams): readonly Tag[] {
  const type = oneOf(query, 'type', TYPES) ?? 'static';
  if (type !== 'static' || query.get('exclude_type') === 'static') return [];
  const within = (kind: 'created' | 'updated') => {
    const since = secondsOf(query, `since_${kind}_at`) ?? Number.NEGATIVE_INFINITY;
    const before = secondsOf(query, `before_${kind}_at`) ?? Number.POSITIVE_INFINITY;
    return (ms: number) => toSeconds(ms) > since && toSeconds(ms) < before;
  };
  const [isCreatedThen, isUpdatedThen] = [within('created'), within('updated')];
  return tags.all().filter((tag) => isCreatedThen(tag.createdAt) && isUpdatedThen(tag.updatedAt));
}

function rendered({ base }: ApiContext, call: RoutedCall, audience: Audience, tag: Tag): unknown {
  const segment = {
    id: tag.id,
    name: tag.name,
    member_count: segmentMembers(audience, tag.id, shownStatuses(call.query)).length,
    type: 'static',
    created_at: isoSeconds(tag.createdAt),
    updated_at: isoSeconds(tag.updatedAt),
    options: { match: 'any', conditions: [] },
    list_id: audience.id,
    _links: selfLink(base(), `/lists/${audience.id}/segments/${tag.id}`, 'Lists/Segments'),
  };
  return segment;
}
