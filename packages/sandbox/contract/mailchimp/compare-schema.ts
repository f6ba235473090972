import type { Json } from '../../testing/start-mailchimp.ts';

export interface CompareOptions {
  readonly definitions: Json;
  /** `some` where the request asked for a part of the answer: then nothing is missing. */
  readonly parts: 'all' | 'some';
}

/** Left out by the real one when there is nothing to say (reference 3.4, 5), though the description has them. */
const OPTIONAL: ReadonlySet<string> = new Set([
  'unsubscribe_reason',
  'interests',
  'sms_phone_number',
  'sms_subscription_status',
  'sms_subscription_last_updated',
  'marketing_permissions',
  'last_note',
  'ecommerce_data',
  'total_contacts',
  'choices',
  'default_country',
  'phone_format',
  'date_format',
  'size',
  'field',
  'field_message',
  'targetSchema',
  'schema',
  'campaign_id',
  'campaign_title',
  'parent_campaign',
  'bounce_type',
  'bounce_has_open_activity',
  'url',
  'type',
]);

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\+00:00$/;

/** Everything in which a value and its schema disagree, by the path to it. */
export function disagreementsWith(
  schema: Json,
  value: Json,
  options: CompareOptions,
  path = '',
): readonly string[] {
  const resolved = '$ref' in schema ? options.definitions[schema.$ref.split('/').at(-1)] : schema;
  if (resolved['x-oneOf'] !== undefined) return oneOf(resolved['x-oneOf'], value, options, path);
  if (resolved.enum !== undefined && !resolved.enum.includes(value)) {
    return [`${path}: ${value} is not accepted`];
  }
  switch (resolved.type) {
    case 'array':
      return Array.isArray(value)
        ? value.flatMap((item, n) => disagreementsWith(resolved.items ?? {}, item, options, `${path}[${n}]`))
        : [`${path}: no array`];
    case 'object':
      return objectDisagreements(resolved, value, options, path);
    case 'integer':
      return Number.isInteger(value) ? [] : [`${path}: ${value} is no integer`];
    case 'string':
      return stringDisagreements(resolved, value, path);
    case 'number':
    case 'boolean':
      return typeof value === resolved.type ? [] : [`${path}: ${value} is no ${resolved.type}`];
    default:
      return [];
  }
}

/** Unset times are the empty string; the others are whole seconds of UTC (reference 3.1, 3.3). */
function stringDisagreements({ format }: Json, value: Json, path: string): readonly string[] {
  if (typeof value !== 'string') return [`${path}: ${value} is no string`];
  if (format !== 'date-time' || value === '' || TIME.test(value)) return [];
  return [`${path}: ${value} is no time`];
}

function oneOf(
  schemas: readonly Json[],
  value: Json,
  options: CompareOptions,
  path: string,
): readonly string[] {
  const all = schemas.map((schema) => disagreementsWith(schema, value, options, path));
  return all.some((found) => found.length === 0) ? [] : (all[0] ?? []);
}

function objectDisagreements(
  schema: Json,
  value: Json,
  options: CompareOptions,
  path: string,
): readonly string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${path}: no object`];
  const { properties, additionalProperties, required = [] } = schema;
  if (properties === undefined) {
    if (additionalProperties === undefined) return [];
    return Object.entries(value).flatMap(([key, item]) =>
      disagreementsWith(additionalProperties, item, options, `${path}.${key}`),
    );
  }
  const isMissing = (key: string) =>
    value[key] === undefined && (required.includes(key) || !isOptional(key, properties[key], options));
  return [
    ...Object.keys(value).flatMap((key) =>
      properties[key] === undefined ? [`${path}.${key}: unknown to the description`] : [],
    ),
    ...Object.keys(properties).flatMap((key) => (isMissing(key) ? [`${path}.${key}: missing`] : [])),
    ...Object.keys(properties).flatMap((key) =>
      value[key] === undefined
        ? []
        : disagreementsWith(properties[key], value[key], options, `${path}.${key}`),
    ),
  ];
}

/** What came with the newest revision is not everywhere yet. */
const isOptional = (key: string, schema: Json, { parts }: CompareOptions): boolean =>
  parts === 'some' || OPTIONAL.has(key) || schema['x-added-in'] !== undefined;
