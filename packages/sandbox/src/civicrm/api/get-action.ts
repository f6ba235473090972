import type { Permission } from '../callers.ts';
import type { Entity } from '../query/field.ts';
import { EVERYTHING, type Query } from '../query/query.ts';
import { runQuery } from '../query/run-query.ts';
import type { Action, ActionContext } from './action.ts';
import { intParam, listParam, type ParamSpec, type Params, recordParam, textsParam } from './params.ts';

const GET_PARAMS: ParamSpec = {
  select: 'array',
  where: 'array',
  join: 'array',
  groupBy: 'array',
  having: 'array',
  orderBy: 'array',
  limit: 'int',
  offset: 'int',
  useCache: 'bool',
};

/** `get` of an entity that the query language reads. */
export function getAction(entity: Entity, needs: readonly Permission[]): Action {
  return {
    params: GET_PARAMS,
    needs,
    run: (context, params) => {
      const { rows, matched } = runQuery(context, context.schema, entity, readQuery(params));
      return matched === undefined ? { values: rows } : { values: rows, total: matched };
    },
  };
}

/** Any parameters of a `get`, `update` or `delete`, as a query. */
export function readQuery(params: Params): Query {
  return {
    select: textsParam(params, 'select'),
    where: listParam(params, 'where'),
    join: listParam(params, 'join'),
    groupBy: textsParam(params, 'groupBy'),
    having: listParam(params, 'having'),
    orderBy: recordParam(params, 'orderBy'),
    limit: intParam(params, 'limit'),
    offset: intParam(params, 'offset'),
  };
}

/** Reads rows again by their ids, for `reload`. */
export function reload(
  context: ActionContext,
  entity: Entity,
  ids: readonly number[],
  select: readonly string[],
) {
  return ids.flatMap((id) => {
    const query = { ...EVERYTHING, select, where: [['id', '=', id]] };
    return runQuery(context, context.schema, entity, query).rows;
  });
}
