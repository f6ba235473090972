import type { Caller } from '../callers.ts';
import type { QueryContext } from '../query/field.ts';
import { SessionTime } from '../session-time.ts';
import type { Site } from '../site.ts';
import type { ActionResult } from './action.ts';
import { ApiError, PageError, unauthorized } from './api-error.ts';
import type { ApiSchema } from './api-schema.ts';
import { asRecord, checkParams, type Params, recordParam } from './params.ts';

/** One call of the API: who asks for what. */
export interface ApiCall {
  readonly entity: string;
  readonly action: string;
  readonly params: Params;
  /** A field's name or a row's number: how the answer's rows are to be keyed. */
  readonly index?: unknown;
}

/** The answer of one call, as it is sent. */
export interface ApiAnswer {
  readonly values: unknown;
  readonly entity: string;
  readonly action: string;
  readonly debug: null;
  readonly version: 4;
  readonly count: number;
  readonly countFetched: number;
  readonly countMatched?: number;
}

export interface ApiSession {
  readonly site: Site;
  readonly schema: ApiSchema;
  readonly caller: Caller;
  /** For calls of the same request that race with those of another (civicrm-recorded.md 12). */
  readonly losesRace?: (call: ApiCall) => boolean;
}

/**
 * Runs one call. Throws an ApiError or a DatabaseError where CiviCRM answers in JSON, a PageError where a single call ends on a
 * page; what was written until then stays written.
 */
export function callApi(session: ApiSession, call: ApiCall): ApiAnswer {
  const { site, schema, caller } = session;
  if (!schema.has(call.entity)) {
    throw new PageError(
      `API (${call.entity}, getActions) does not exist (or the extension it belongs to is not enabled).`,
    );
  }
  const found = schema.find(site, call.entity, call.action);
  if (found === undefined)
    throw new PageError(`Expected to find one ${call.entity} record, but there were zero.`);
  const { action } = found;
  const params = checkParams(call.params, action.params);
  if (!action.needs.every((permission) => caller.may(permission))) throw unauthorized();
  const context: QueryContext = { site, caller, time: new SessionTime(site) };
  const result = action.run(
    {
      ...context,
      schema: schema.for(caller),
      entityName: call.entity,
      actionName: call.action,
      losesRace: () => session.losesRace?.(call) ?? false,
    },
    params,
  );
  return envelope(call, { ...result, values: chained(session, result.values, recordParam(params, 'chain')) });
}

function envelope({ entity, action, index }: ApiCall, { values, total, updated }: ActionResult): ApiAnswer {
  const countMatched = total ?? updated;
  return {
    values: indexed(values, index),
    entity,
    action,
    debug: null,
    version: 4,
    count: total ?? values.length,
    countFetched: values.length,
    ...(countMatched === undefined ? {} : { countMatched }),
  };
}

/** Calls that follow for each row, with `$field` standing for the row's own values. */
function chained(
  session: ApiSession,
  values: readonly unknown[],
  chain: Readonly<Record<string, unknown>>,
): readonly unknown[] {
  const links = Object.entries(chain);
  if (links.length === 0) return values;
  return values.map((value) => {
    const row: Record<string, unknown> = { ...asRecord(value) };
    for (const [name, link] of links) {
      if (!Array.isArray(link)) throw new ApiError(`Malformed api call in chain: ${name}`);
      const [entity, action, params, index] = link;
      const filled = asRecord(fillIn(asRecord(params), row));
      row[name] = callApi(session, {
        entity: String(entity),
        action: String(action),
        params: filled,
        index,
      }).values;
    }
    return row;
  });
}

function fillIn(value: unknown, row: Readonly<Record<string, unknown>>): unknown {
  if (typeof value === 'string' && value.startsWith('$')) return row[value.slice(1)] ?? null;
  if (Array.isArray(value)) return value.map((item) => fillIn(item, row));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillIn(item, row)]));
}

/** A text keys the rows by that field, a number picks one row; nothing found is an empty list either way. */
function indexed(values: readonly unknown[], index: unknown): unknown {
  if (typeof index === 'number') return values.at(index) ?? [];
  if (typeof index !== 'string' || index === '') return values;
  const keyed = values.flatMap((value) => {
    const key = asRecord(value)[index];
    return key === undefined || key === null ? [] : [[String(key), value] as const];
  });
  return keyed.length === 0 ? [] : Object.fromEntries(keyed);
}
