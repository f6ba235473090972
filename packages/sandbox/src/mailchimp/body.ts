import { isIP } from 'node:net';
import { type FieldError, problems } from './problem.ts';
import { NOT_A_TIME, notAccepted, parseSeconds } from './query.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** What a property must be; an array of strings lists the only values accepted. */
export type Shape =
  | 'string'
  | 'boolean'
  | 'integer'
  | 'number'
  | 'object'
  | 'array'
  | 'ip'
  | 'time'
  | readonly string[];
export type Schema = Readonly<Record<string, Shape>>;

/** JSON text → object; none at all reads as an empty object. Throws JSON Parse Exception, or Invalid Resource where it is no object. */
export function parseObject(text: string): JsonObject {
  if (text.trim() === '') return {};
  const value = parseJson(text);
  if (!isObject(value)) throw problems.invalidFields([mismatch('', 'object', value)]);
  return value;
}

/** Throws Invalid Resource with every property that is not what the schema says; properties it does not know pass. */
export function checkSchema(body: JsonObject, schema: Schema, prefix = ''): void {
  const errors = Object.entries(schema).flatMap(([name, shape]) =>
    body[name] === undefined ? [] : checkShape(`${prefix}${name}`, shape, body[name]),
  );
  if (errors.length > 0) throw problems.invalidFields(errors);
}

/** Throws Invalid Resource where one of the properties is not there. */
export function requireProperties(body: JsonObject, names: readonly string[]): void {
  const missing = names.filter((name) => body[name] === undefined);
  if (missing.length === 0) return;
  const message = `Required fields were not provided: ${missing.join(', ')}`;
  throw problems.invalidFields([{ field: '', message }]);
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** "Schema describes string, NULL found instead", as Mailchimp words it. */
export const mismatch = (field: string, wanted: string, found: unknown): FieldError => ({
  field,
  message: `Schema describes ${wanted}, ${typeName(found)} found instead`,
});

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw problems.jsonParse();
    throw error;
  }
}

function checkShape(field: string, shape: Shape, value: unknown): readonly FieldError[] {
  if (typeof shape !== 'string') {
    if (typeof value !== 'string') return [mismatch(field, 'string', value)];
    return shape.includes(value) ? [] : [notAccepted(field, shape)];
  }
  switch (shape) {
    case 'ip':
      if (typeof value !== 'string') return [mismatch(field, 'string', value)];
      return value === '' || isIP(value) > 0
        ? []
        : [{ field, message: 'This value is not a valid IP address.' }];
    case 'time':
      if (typeof value !== 'string') return [mismatch(field, 'string', value)];
      return value === '' || parseSeconds(value) !== null ? [] : [{ field, message: NOT_A_TIME }];
    case 'number':
      return typeof value === 'number' ? [] : [mismatch(field, 'number', value)];
    default:
      return typeName(value) === shape ? [] : [mismatch(field, shape, value)];
  }
}

/** The names that PHP's JSON schema checker gives to types. */
function typeName(value: unknown): string {
  if (value === null) return 'NULL';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'double';
  return typeof value;
}
