import { checkSchema, isObject, type JsonObject, mismatch, type Schema } from './body.ts';
import type { MemberLocation, MemberStatus } from './member.ts';
import { type FieldError, problems } from './problem.ts';
import { parseSeconds } from './query.ts';

/** The statuses that bodies may ask for; `archived` cannot be written (reference 4.1). */
export type WritableStatus = Exclude<MemberStatus, 'archived'>;

const WRITABLE: readonly WritableStatus[] = [
  'subscribed',
  'unsubscribed',
  'cleaned',
  'pending',
  'transactional',
];

/** What a body says about a member, checked against the schema; what it does not say is absent. */
export interface MemberBody {
  readonly email?: string;
  readonly status?: WritableStatus;
  readonly statusIfNew?: WritableStatus;
  readonly mergeFields: JsonObject;
  readonly interests: Readonly<Record<string, boolean>>;
  readonly tags: readonly string[];
  readonly emailType?: string;
  readonly language?: string;
  readonly vip?: boolean;
  readonly location?: MemberLocation;
  readonly ipSignup?: string;
  readonly ipOpt?: string;
  /** Whole seconds since 1970; 0 is unset. */
  readonly timestampSignup?: number;
  readonly timestampOpt?: number;
}

const MEMBER_SCHEMA: Schema = {
  email_address: 'string',
  status: WRITABLE,
  status_if_new: WRITABLE,
  merge_fields: 'object',
  interests: 'object',
  tags: 'array',
  email_type: 'string',
  language: 'string',
  vip: 'boolean',
  location: 'object',
  ip_signup: 'ip',
  ip_opt: 'ip',
  timestamp_signup: 'time',
  timestamp_opt: 'time',
};

/** Throws Invalid Resource with every fault found. `prefix` names the place in a larger body. */
export function parseMemberBody(body: JsonObject, prefix = ''): MemberBody {
  checkSchema(body, MEMBER_SCHEMA, prefix);
  const errors = [
    ...checkMergeFields(objectAt(body, 'merge_fields'), `${prefix}merge_fields.`),
    ...checkInterests(objectAt(body, 'interests'), `${prefix}interests.`),
    ...listAt(body, 'tags').flatMap((tag, n) =>
      typeof tag === 'string' ? [] : [mismatch(`${prefix}tags.item:${n}`, 'string', tag)],
    ),
  ];
  if (errors.length > 0) throw problems.invalidFields(errors);
  return {
    ...maybe('email', stringAt(body, 'email_address')),
    ...maybe('status', statusAt(body, 'status')),
    ...maybe('statusIfNew', statusAt(body, 'status_if_new')),
    mergeFields: objectAt(body, 'merge_fields'),
    interests: booleansOf(objectAt(body, 'interests')),
    tags: listAt(body, 'tags').filter((tag) => typeof tag === 'string'),
    ...maybe('emailType', stringAt(body, 'email_type')),
    ...maybe('language', stringAt(body, 'language')),
    ...maybe('vip', typeof body['vip'] === 'boolean' ? body['vip'] : undefined),
    ...maybe('location', locationAt(body)),
    ...maybe('ipSignup', stringAt(body, 'ip_signup')),
    ...maybe('ipOpt', stringAt(body, 'ip_opt')),
    ...maybe('timestampSignup', timeAt(body, 'timestamp_signup')),
    ...maybe('timestampOpt', timeAt(body, 'timestamp_opt')),
  };
}

/** A string, a number or an address; null, booleans and arrays are refused (reference 4.1). */
function checkMergeFields(values: JsonObject, prefix: string): readonly FieldError[] {
  return Object.entries(values)
    .filter(([, value]) => typeof value !== 'string' && typeof value !== 'number' && !isObject(value))
    .map(([tag]) => ({
      field: `${prefix}${tag}`,
      message: 'Data did not match any of the schemas described in anyOf.',
    }));
}

function checkInterests(values: JsonObject, prefix: string): readonly FieldError[] {
  return Object.entries(values)
    .filter(([, value]) => typeof value !== 'boolean')
    .map(([id, value]) => mismatch(`${prefix}${id}`, 'boolean', value));
}

/** An object with the key only where there is a value: `undefined` is "not said". */
function maybe<K extends string, T>(key: K, value: T | undefined): { readonly [P in K]?: T } {
  // A computed key loses its literal type.
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]: T });
}

const stringAt = (body: JsonObject, name: string): string | undefined => {
  const value = body[name];
  return typeof value === 'string' ? value : undefined;
};

const objectAt = (body: JsonObject, name: string): JsonObject => {
  const value = body[name];
  return isObject(value) ? value : {};
};

const listAt = (body: JsonObject, name: string): readonly unknown[] => {
  const value = body[name];
  return Array.isArray(value) ? value : [];
};

const statusAt = (body: JsonObject, name: string): WritableStatus | undefined =>
  WRITABLE.find((status) => status === body[name]);

const booleansOf = (values: JsonObject): Readonly<Record<string, boolean>> =>
  Object.fromEntries(Object.entries(values).map(([id, value]) => [id, value === true]));

function timeAt(body: JsonObject, name: string): number | undefined {
  const text = stringAt(body, name);
  return text === undefined ? undefined : (parseSeconds(text) ?? 0);
}

function locationAt(body: JsonObject): MemberLocation | undefined {
  const value = body['location'];
  if (!isObject(value)) return undefined;
  return { latitude: Number(value['latitude'] ?? 0), longitude: Number(value['longitude'] ?? 0) };
}
