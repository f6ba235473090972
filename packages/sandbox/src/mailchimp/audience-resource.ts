import {
  type Answer,
  type ApiContext,
  audienceOf,
  bodyOf,
  NO_CONTENT,
  ok,
  type RoutedCall,
} from './api-call.ts';
import type { Audience } from './audience.ts';
import { checkSchema, isObject, type JsonObject, requireProperties } from './body.ts';
import { MOST_AUDIENCES, renderAudience } from './lists.ts';
import { problems } from './problem.ts';

const REQUIRED = [
  'name',
  'contact',
  'permission_reminder',
  'email_type_option',
  'campaign_defaults',
] as const;
const SCHEMA = {
  name: 'string',
  contact: 'object',
  permission_reminder: 'string',
  use_archive_bar: 'boolean',
  campaign_defaults: 'object',
  notify_on_subscribe: 'string',
  notify_on_unsubscribe: 'string',
  email_type_option: 'boolean',
  double_optin: 'boolean',
  marketing_permissions: 'boolean',
} as const;
const CONTACT = ['company', 'address1', 'address2', 'city', 'state', 'zip', 'country', 'phone'] as const;
const DEFAULTS = ['from_name', 'from_email', 'subject', 'language'] as const;

/** POST /lists */
export function postAudience(context: ApiContext, call: RoutedCall): Answer {
  const json = bodyOf(call);
  requireProperties(json, REQUIRED);
  checkAll(json);
  if (call.account.audiences.size >= MOST_AUDIENCES) throw problems.forbidden();
  const audience = context.world.addAudience(call.account.id, { name: String(json['name']) });
  change(audience, json);
  return ok(call, renderAudience(context, audience, 'left-out'));
}

/** PATCH /lists/{list_id}: wants all that a POST wants. */
export function patchAudience(context: ApiContext, call: RoutedCall): Answer {
  const audience = audienceOf(call);
  const json = bodyOf(call);
  requireProperties(json, REQUIRED);
  checkAll(json);
  change(audience, json);
  return ok(call, renderAudience(context, audience, 'left-out'));
}

/** DELETE /lists/{list_id}: with everybody in it. */
export function deleteAudience({ world }: ApiContext, call: RoutedCall): Answer {
  world.removeAudience(audienceOf(call).id);
  return NO_CONTENT;
}

function checkAll(json: JsonObject): void {
  checkSchema(json, SCHEMA);
  for (const [part, names] of [
    ['contact', CONTACT],
    ['campaign_defaults', DEFAULTS],
  ] as const) {
    const given = json[part];
    if (!isObject(given)) continue;
    checkSchema(given, Object.fromEntries(names.map((name) => [name, 'string' as const])), `${part}.`);
  }
}

function change(audience: Audience, json: JsonObject): void {
  audience.name = String(json['name']);
  if (typeof json['double_optin'] === 'boolean') audience.doubleOptIn = json['double_optin'];
  const { name: _, double_optin: __, contact, campaign_defaults: defaults, ...rest } = json;
  const known = Object.entries(rest).filter(([property]) => property in SCHEMA);
  audience.details = {
    ...audience.details,
    ...Object.fromEntries(known),
    contact: texts(CONTACT, contact),
    campaign_defaults: texts(DEFAULTS, defaults),
  };
}

const texts = (names: readonly string[], given: unknown): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, isObject(given) ? String(given[name] ?? '') : '']));
