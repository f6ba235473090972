import {
  type Answer,
  type ApiContext,
  audienceOf,
  bodyOf,
  memberByHash,
  memberOf,
  NO_CONTENT,
  ok,
  type RoutedCall,
} from './api-call.ts';
import { checkSchema, isObject, type JsonObject, mismatch, requireProperties } from './body.ts';
import { selfLink } from './links.ts';
import { lowerCased, toSeconds } from './member.ts';
import { applyTags } from './member-tags.ts';
import { problems } from './problem.ts';
import { cutPage, pageOf } from './query.ts';
import { renderSeconds, shownTag } from './render-member.ts';

/** GET …/members/{subscriber_hash}/tags */
export function getMemberTags({ base }: ApiContext, call: RoutedCall): Answer {
  const audience = audienceOf(call);
  const member = memberOf(call, audience);
  const tags = member.tags.map(({ id, addedAt }) => ({
    ...shownTag(audience.tags.get(id)),
    date_added: renderSeconds(addedAt),
  }));
  const path = `/lists/${audience.id}/members/${member.hash}/tags`;
  return ok(call, {
    tags: cutPage(tags, pageOf(call.query)),
    total_items: tags.length,
    _links: selfLink(base(), path, 'Lists/Members/Tags/Collection'),
  });
}

/** POST …/members/{subscriber_hash}/tags: 204; works on archived members; moves last_changed only if something changed. */
export function postMemberTags(context: ApiContext, call: RoutedCall): Answer {
  const audience = audienceOf(call);
  const tags = parseTags(bodyOf(call));
  const member = memberByHash(context, call, audience);
  const named = (status: string) =>
    tags.filter((tag) => tag['status'] === status).map((tag) => String(tag['name']));
  const change = { on: named('active'), off: named('inactive') };
  if (applyTags(audience, member, change, toSeconds(context.world.clock.now()))) audience.touch(member);
  return NO_CONTENT;
}

/** GET /lists/{list_id}/tag-search?name=prefix */
export function searchTags(_: ApiContext, call: RoutedCall): Answer {
  const prefix = lowerCased(call.query.get('name') ?? '');
  const tags = audienceOf(call)
    .tags.all()
    .filter(({ name }) => lowerCased(name).startsWith(prefix))
    .map(shownTag);
  return ok(call, { tags, total_items: tags.length });
}

function parseTags(json: JsonObject): readonly JsonObject[] {
  requireProperties(json, ['tags']);
  checkSchema(json, { tags: 'array', is_syncing: 'boolean' });
  const given: readonly unknown[] = Array.isArray(json['tags']) ? json['tags'] : [];
  return given.map((tag, n) => {
    if (!isObject(tag)) throw problems.invalidFields([mismatch(`tags.item:${n}`, 'object', tag)]);
    requireProperties(tag, ['name', 'status']);
    checkSchema(tag, { name: 'string', status: ['inactive', 'active'] }, `tags.item:${n}.`);
    return tag;
  });
}
