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
import { checkSchema, isObject, type JsonObject, requireProperties } from './body.ts';
import { selfLink } from './links.ts';
import { MERGE_FIELD_LIMIT, MERGE_FIELD_TYPES, type MergeField } from './merge-field.ts';
import { problems } from './problem.ts';
import { cutPage, isTrue, oneOf, pageOf } from './query.ts';

const SCHEMA = {
  tag: 'string',
  name: 'string',
  type: MERGE_FIELD_TYPES,
  required: 'boolean',
  default_value: 'string',
  public: 'boolean',
  display_order: 'integer',
  options: 'object',
  help_text: 'string',
} as const;

/** GET /lists/{list_id}/merge-fields; EMAIL is not listed (reference 8.2). */
export function listMergeFields(context: ApiContext, call: RoutedCall): Answer {
  const audience = audienceOf(call);
  const type = oneOf(call.query, 'type', MERGE_FIELD_TYPES);
  const required = call.query.has('required') ? isTrue(call.query, 'required') : undefined;
  const found = audience.mergeFields.filter(
    (field) => (type ?? field.type) === field.type && (required ?? field.required) === field.required,
  );
  return ok(call, {
    merge_fields: cutPage(found, pageOf(call.query)).map((field) => rendered(context, audience, field)),
    list_id: audience.id,
    total_items: found.length,
    merge_field_limit: MERGE_FIELD_LIMIT,
    _links: selfLink(context.base(), `/lists/${audience.id}/merge-fields`, 'Lists/MergeFields/Collection'),
  });
}

/** GET …/merge-fields/{merge_id} */
export function getMergeField(context: ApiContext, call: RoutedCall): Answer {
  const audience = audienceOf(call);
  return ok(call, rendered(context, audience, fieldOf(call, audience)));
}

/** POST …/merge-fields */
export function postMergeField(context: ApiContext, call: RoutedCall): Answer {
  const audience = audienceOf(call);
  const json = bodyOf(call);
  requireProperties(json, ['name', 'type']);
  checkSchema(json, SCHEMA);
  const tag = typeof json['tag'] === 'string' ? json['tag'].toUpperCase() : undefined;
  if (audience.mergeFields.length >= MERGE_FIELD_LIMIT) {
    throw problems.invalidResource(`An audience can have ${MERGE_FIELD_LIMIT} merge fields.`);
  }
  checkTag(audience, tag);
  const type = MERGE_FIELD_TYPES.find((known) => known === json['type']) ?? 'text';
  const field = audience.addMergeField({
    ...(tag === undefined ? {} : { tag }),
    name: String(json['name']),
    type,
    required: json['required'] === true,
    defaultValue: String(json['default_value'] ?? ''),
    isPublic: json['public'] === true,
    choices: choicesOf(json) ?? [],
    ...orderAndHelp(json),
  });
  return ok(call, rendered(context, audience, field));
}

/** PATCH …/merge-fields/{merge_id}: wants a name, and its type cannot change. */
export function patchMergeField(context: ApiContext, call: RoutedCall): Answer {
  const audience = audienceOf(call);
  const field = fieldOf(call, audience);
  const json = bodyOf(call);
  requireProperties(json, ['name']);
  checkSchema(json, SCHEMA);
  if (json['type'] !== undefined && json['type'] !== field.type) {
    throw problems.invalidResource('The type of a merge field cannot be changed.');
  }
  const tag = typeof json['tag'] === 'string' ? json['tag'].toUpperCase() : field.tag;
  if (tag !== field.tag) checkTag(audience, tag);
  const choices = choicesOf(json);
  const changed = audience.changeMergeField(field.tag, {
    tag,
    name: String(json['name']),
    ...(typeof json['required'] === 'boolean' ? { required: json['required'] } : {}),
    ...(typeof json['default_value'] === 'string' ? { defaultValue: json['default_value'] } : {}),
    ...(typeof json['public'] === 'boolean' ? { isPublic: json['public'] } : {}),
    ...(choices === undefined ? {} : { choices }),
    ...orderAndHelp(json),
  });
  return ok(call, rendered(context, audience, changed));
}

/** DELETE …/merge-fields/{merge_id}: with the values of everybody. */
export function deleteMergeField(_: ApiContext, call: RoutedCall): Answer {
  const audience = audienceOf(call);
  audience.removeMergeField(fieldOf(call, audience).tag);
  return NO_CONTENT;
}

function fieldOf(call: RoutedCall, audience: Audience): MergeField {
  const field = audience.mergeFields.find(({ id }) => String(id) === param(call, 'merge_id'));
  if (field === undefined) throw problems.notFound();
  return field;
}

const orderAndHelp = (json: JsonObject): { displayOrder?: number; helpText?: string } => ({
  ...(typeof json['display_order'] === 'number' ? { displayOrder: json['display_order'] } : {}),
  ...(typeof json['help_text'] === 'string' ? { helpText: json['help_text'] } : {}),
});

function checkTag(audience: Audience, tag: string | undefined): void {
  if (tag === undefined) return;
  if (!/^[A-Z0-9_]{1,10}$/.test(tag)) {
    const message = 'A merge tag has at most 10 capital letters, digits and underscores.';
    throw problems.invalidFields([{ field: 'tag', message }]);
  }
  if (tag === 'EMAIL' || audience.mergeFields.some((field) => field.tag === tag)) {
    throw problems.invalidResource(`A Merge Field with the tag "${tag}" already exists for this list.`);
  }
}

function choicesOf(json: JsonObject): readonly string[] | undefined {
  const choices: unknown = isObject(json['options']) ? json['options']['choices'] : undefined;
  return Array.isArray(choices) ? choices.map(String) : undefined;
}

function rendered({ base }: ApiContext, audience: Audience, field: MergeField): unknown {
  return {
    merge_id: field.id,
    tag: field.tag,
    name: field.name,
    type: field.type,
    required: field.required,
    default_value: field.defaultValue,
    public: field.isPublic,
    display_order: field.displayOrder,
    options: optionsOf(field),
    help_text: field.helpText,
    list_id: audience.id,
    _links: selfLink(base(), `/lists/${audience.id}/merge-fields/${field.id}`, 'Lists/MergeFields'),
  };
}

function optionsOf({ type, choices }: MergeField): unknown {
  switch (type) {
    case 'address':
      return { default_country: 164 };
    case 'phone':
      return { phone_format: 'none' };
    case 'date':
      return { date_format: 'MM/DD/YYYY' };
    case 'birthday':
      return { date_format: 'MM/DD' };
    case 'radio':
    case 'dropdown':
      return { choices };
    default:
      return { size: 25 };
  }
}
