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
import type { Interest, InterestCategory, InterestCategoryType } from './interest-book.ts';
import { selfLink } from './links.ts';
import { problems } from './problem.ts';
import { cutPage, oneOf, pageOf } from './query.ts';

const TYPES: readonly InterestCategoryType[] = ['checkboxes', 'dropdown', 'radio', 'hidden'];

/** GET /lists/{list_id}/interest-categories; the key is `categories` (reference 8.1). */
export function listCategories(context: ApiContext, call: RoutedCall): Answer {
  const audience = audienceOf(call);
  const type = oneOf(call.query, 'type', TYPES);
  const found = audience.interests.categories.filter((category) => (type ?? category.type) === category.type);
  return ok(call, {
    list_id: audience.id,
    categories: cutPage(found, pageOf(call.query)).map((category) =>
      renderCategory(context, audience, category),
    ),
    total_items: found.length,
    _links: selfLink(
      context.base(),
      `/lists/${audience.id}/interest-categories`,
      'Lists/InterestCategories/Collection',
    ),
  });
}

/** GET …/interest-categories/{interest_category_id} */
export function getCategory(context: ApiContext, call: RoutedCall): Answer {
  const audience = audienceOf(call);
  return ok(call, renderCategory(context, audience, categoryOf(call, audience)));
}

/** POST …/interest-categories */
export function postCategory(context: ApiContext, call: RoutedCall): Answer {
  const audience = audienceOf(call);
  const json = bodyOf(call);
  requireProperties(json, ['title', 'type']);
  checkSchema(json, { title: 'string', type: TYPES, display_order: 'integer' });
  const category = audience.interests.addCategory(String(json['title']), typeIn(json));
  return ok(call, renderCategory(context, audience, category));
}

/** PATCH …/interest-categories/{interest_category_id}: wants title and type; the id stays. */
export function patchCategory(context: ApiContext, call: RoutedCall): Answer {
  const audience = audienceOf(call);
  const category = categoryOf(call, audience);
  const json = bodyOf(call);
  requireProperties(json, ['title', 'type']);
  checkSchema(json, { title: 'string', type: TYPES, display_order: 'integer' });
  const change = { title: String(json['title']), type: typeIn(json), ...orderIn(json) };
  audience.interests.changeCategory(category, change);
  return ok(call, renderCategory(context, audience, categoryOf(call, audience)));
}

/** DELETE …/interest-categories/{interest_category_id}: its interests go from all members. */
export function deleteCategory(_: ApiContext, call: RoutedCall): Answer {
  const audience = audienceOf(call);
  audience.removeCategory(categoryOf(call, audience).id);
  return NO_CONTENT;
}

const typeIn = (json: JsonObject): InterestCategoryType =>
  TYPES.find((known) => known === json['type']) ?? 'checkboxes';

const orderIn = (json: JsonObject): { displayOrder?: number } =>
  typeof json['display_order'] === 'number' ? { displayOrder: json['display_order'] } : {};

/** GET …/{interest_category_id}/interests */
export function listInterests(context: ApiContext, call: RoutedCall): Answer {
  const audience = audienceOf(call);
  const category = categoryOf(call, audience);
  const path = `/lists/${audience.id}/interest-categories/${category.id}/interests`;
  return ok(call, {
    interests: cutPage(category.interests, pageOf(call.query)).map((interest) =>
      renderInterest(context, audience, category, interest),
    ),
    list_id: audience.id,
    category_id: category.id,
    total_items: category.interests.length,
    _links: selfLink(context.base(), path, 'Lists/InterestCategories/Interests/Collection'),
  });
}

/** GET …/interests/{interest_id} */
export function getInterest(context: ApiContext, call: RoutedCall): Answer {
  const audience = audienceOf(call);
  const category = categoryOf(call, audience);
  return ok(call, renderInterest(context, audience, category, interestOf(call, category)));
}

/** POST …/{interest_category_id}/interests */
export function postInterest(context: ApiContext, call: RoutedCall): Answer {
  const audience = audienceOf(call);
  const category = categoryOf(call, audience);
  const json = bodyOf(call);
  requireProperties(json, ['name']);
  checkSchema(json, { name: 'string', display_order: 'integer' });
  const name = String(json['name']);
  if (category.interests.some((interest) => interest.name === name)) {
    throw problems.invalidResource(`Cannot add "${name}" because it already exists on the list.`);
  }
  return ok(call, renderInterest(context, audience, category, audience.interests.add(category.id, name)));
}

/** PATCH …/interests/{interest_id}: wants a name; the id stays. */
export function patchInterest(context: ApiContext, call: RoutedCall): Answer {
  const audience = audienceOf(call);
  const category = categoryOf(call, audience);
  const { id } = interestOf(call, category);
  const json = bodyOf(call);
  requireProperties(json, ['name']);
  checkSchema(json, { name: 'string', display_order: 'integer' });
  audience.interests.changeInterest(category.id, id, { name: String(json['name']), ...orderIn(json) });
  const changed = categoryOf(call, audience);
  return ok(call, renderInterest(context, audience, changed, interestOf(call, changed)));
}

/** DELETE …/interests/{interest_id}: removes it from all members. */
export function deleteInterest(_: ApiContext, call: RoutedCall): Answer {
  const audience = audienceOf(call);
  audience.removeInterest(interestOf(call, categoryOf(call, audience)).id);
  return NO_CONTENT;
}

function categoryOf(call: RoutedCall, audience: Audience): InterestCategory {
  const category = audience.interests.findCategory(param(call, 'interest_category_id'));
  if (category === undefined) throw problems.notFound();
  return category;
}

function interestOf(call: RoutedCall, { interests }: InterestCategory): Interest {
  const interest = interests.find(({ id }) => id === param(call, 'interest_id'));
  if (interest === undefined) throw problems.notFound();
  return interest;
}

function renderCategory({ base }: ApiContext, audience: Audience, category: InterestCategory): unknown {
  const { id, title, displayOrder, type } = category;
  const path = `/lists/${audience.id}/interest-categories/${id}`;
  return {
    list_id: audience.id,
    id,
    title,
    display_order: displayOrder,
    type,
    _links: selfLink(base(), path, 'Lists/InterestCategories'),
  };
}

function renderInterest(
  { base }: ApiContext,
  audience: Audience,
  category: InterestCategory,
  { id, name, displayOrder }: Interest,
): unknown {
  const path = `/lists/${audience.id}/interest-categories/${category.id}/interests/${id}`;
  const subscribed = audience.sorted('subscribed', 'last_changed');
  return {
    category_id: category.id,
    list_id: audience.id,
    id,
    name,
    // A string in the real answers too.
    subscriber_count: String(subscribed.filter(({ interests }) => interests.has(id)).length),
    display_order: displayOrder,
    _links: selfLink(base(), path, 'Lists/InterestCategories/Interests'),
  };
}
