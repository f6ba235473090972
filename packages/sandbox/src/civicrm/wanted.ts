import type { ApiCall } from './api/call-api.ts';
import { asRecord } from './api/params.ts';
import { type Form, formField } from './form.ts';

/** The API's route below the site's base. */
export const API_ROUTE = '/civicrm/ajax/api4';
const IDENTITY_ROUTE = '/civicrm/authx/id';

/** What a request wants, read before anything else is done with it. */
export interface Wanted {
  readonly kind: 'single' | 'multi' | 'identity';
  readonly form: Form;
  /** By the keys under which they are answered; undefined: `params` or `calls` is no JSON. */
  readonly calls: ReadonlyMap<string, ApiCall> | undefined;
  /** `calls` was a list, so that the answer is one. */
  readonly isList: boolean;
  /** `Entity/action` of each call; what faults and the request log go by. */
  readonly paths: readonly string[];
}

/** Is this path one of ours? A slash at its end makes no difference. */
export function isOurs(path: string): boolean {
  const route = withoutSlash(path);
  return route === IDENTITY_ROUTE || route === API_ROUTE || route.startsWith(`${API_ROUTE}/`);
}

/** Reads what a request to one of our paths wants. */
export function readWanted(path: string, form: Form): Wanted {
  const route = withoutSlash(path);
  if (route === IDENTITY_ROUTE) {
    return { kind: 'identity', form, calls: new Map(), isList: false, paths: ['authx/id'] };
  }
  return route === API_ROUTE ? readSeveral(form) : readOne(route.slice(API_ROUTE.length + 1), form);
}

/** Does this call only read? */
export function isRead(path: string): boolean {
  return isGettable(path) || /\/checkAccess$/i.test(path);
}

/** May this call be made by GET? Its name decides (civicrm-api.md 1.2). */
export function isGettable(path: string): boolean {
  return path === 'authx/id' || /^(get|autocomplete)/i.test(path.slice(path.indexOf('/') + 1));
}

const withoutSlash = (path: string): string => path.replace(/\/$/, '');

function readOne(route: string, form: Form): Wanted {
  const [entity = '', action = ''] = route.split('/').map(decodeURIComponent);
  const params = parseJson(formField(form, 'params') ?? '');
  const index = readIndex(formField(form, 'index'));
  const calls = isStructure(params)
    ? new Map([['', { entity, action, params: asRecord(params), index }]])
    : undefined;
  return { kind: 'single', form, calls, isList: false, paths: [`${entity}/${action}`] };
}

function readSeveral(form: Form): Wanted {
  const sent = parseJson(formField(form, 'calls') ?? '');
  if (!isStructure(sent)) return { kind: 'multi', form, calls: undefined, isList: false, paths: ['multi'] };
  const calls = new Map<string, ApiCall>();
  for (const [key, call] of Object.entries(sent)) {
    const [entity, action, params, index] = Array.isArray(call) ? call : [];
    calls.set(key, { entity: String(entity), action: String(action), params: asRecord(params), index });
  }
  const paths = [...calls.values()].map(({ entity, action }) => `${entity}/${action}`);
  return { kind: 'multi', form, calls, isList: Array.isArray(sent), paths };
}

const isStructure = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Nothing at all is an empty object; what is no JSON is undefined. */
function parseJson(text: string): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const readIndex = (text: string | undefined): unknown =>
  text !== undefined && /^-?\d+$/.test(text) ? Number(text) : text;
