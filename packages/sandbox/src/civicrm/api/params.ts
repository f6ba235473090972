import { ApiError } from './api-error.ts';

type ParamKind = 'int' | 'array' | 'bool' | 'string' | 'mixed';

/** The parameters an action takes, and of what kind they must be. */
export type ParamSpec = Readonly<Record<string, ParamKind>>;
export type Params = Readonly<Record<string, unknown>>;

const COMMON: ParamSpec = {
  chain: 'array',
  debug: 'bool',
  checkPermissions: 'bool',
  version: 'mixed',
  language: 'string',
};

/** Throws what CiviCRM says of a parameter it does not know, or of another kind than it expects (civicrm-recorded.md 8). */
export function checkParams(sent: Params, spec: ParamSpec): Params {
  for (const [name, value] of Object.entries(sent)) {
    const kind = spec[name] ?? COMMON[name];
    if (kind === undefined) {
      throw new ApiError(`Unknown api parameter: set${name.charAt(0).toUpperCase()}${name.slice(1)}`);
    }
    if (!isOfKind(value, kind)) {
      throw new ApiError(`Parameter "${name}" is not of the correct type. Expecting ${kind}.`);
    }
  }
  return sent;
}

function isOfKind(value: unknown, kind: ParamKind): boolean {
  if (value === null) return true;
  switch (kind) {
    case 'int':
      return Number.isInteger(value) || (typeof value === 'string' && /^\d+$/.test(value));
    case 'array':
      return typeof value === 'object';
    case 'bool':
      return typeof value === 'boolean' || value === 0 || value === 1;
    case 'string':
      return typeof value === 'string' || typeof value === 'number';
    default:
      return true;
  }
}

/** A list; PHP knows no difference between lists and objects. */
export function listParam(params: Params, name: string): readonly unknown[] {
  const value = params[name];
  return typeof value === 'object' && value !== null ? Object.values(value) : [];
}

export function textsParam(params: Params, name: string): readonly string[] {
  return listParam(params, name).map(String);
}

/** An object; an empty list stands for an empty one. */
export function recordParam(params: Params, name: string): Readonly<Record<string, unknown>> {
  return asRecord(params[name]);
}

export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

export function intParam(params: Params, name: string): number {
  return Number(params[name] ?? 0);
}
