import type { Permission } from '../callers.ts';
import type { Entity } from '../query/field.ts';
import { EVERYTHING, type OutputRow } from '../query/query.ts';
import { findRows } from '../query/run-query.ts';
import type { Row } from '../tables/rows.ts';
import type { Action, ActionContext, ActionResult } from './action.ts';
import { ApiError, aclCheckFailed } from './api-error.ts';
import { readQuery, reload } from './get-action.ts';
import { asRecord, listParam, type ParamSpec, type Params, recordParam, textsParam } from './params.ts';
import { readWriteValues, type WriteValues } from './write-values.ts';

/** One row that a write action changed. */
export interface Change<R> {
  readonly row: R;
  readonly kind: 'created' | 'updated';
  /** The row as it was before an update. */
  readonly before: Row;
  readonly values: WriteValues;
}

/** How rows of one entity are written, and what is answered of it. */
export interface Writer<R extends Row & { readonly id: number }> {
  readonly entity: Entity;
  /** Rights without which nothing is looked at, by action. */
  readonly needs: Readonly<Record<'create' | 'save' | 'update' | 'delete', readonly Permission[]>>;
  /** Parameters beyond the usual ones. */
  readonly params?: ParamSpec;
  readonly find: (context: ActionContext, id: number) => R | undefined;
  /** The columns without which a row cannot be made. */
  readonly mandatory: (values: WriteValues) => readonly string[];
  /** May the caller make this row, or change this one? */
  readonly mayWrite: (context: ActionContext, kind: Change<R>['kind'], values: WriteValues) => boolean;
  readonly insert: (context: ActionContext, values: WriteValues, params: Params) => R;
  readonly update: (context: ActionContext, row: R, values: WriteValues, params: Params) => void;
  readonly remove: (context: ActionContext, row: R, params: Params) => void;
  readonly answer: (context: ActionContext, change: Change<R>) => OutputRow;
  /** Some keys stand on the last row of an answer only. */
  readonly answerOfLast?: OutputRow;
  readonly deletedId: (row: R) => number | string;
}

/** `create`, `save`, `update`, `delete` and `checkAccess`. Several records are written one by one: what came before a failure stays. */
export function writeActions<R extends Row & { readonly id: number }>(
  writer: Writer<R>,
): ReadonlyMap<string, Action> {
  const { needs, params = {} } = writer;
  return new Map<string, Action>([
    [
      'create',
      {
        needs: needs.create,
        params: { ...params, values: 'array', reload: 'mixed' },
        run: (context, sent) => create(writer, context, sent),
      },
    ],
    [
      'save',
      {
        needs: needs.save,
        params: { ...params, records: 'array', defaults: 'array', match: 'array', reload: 'mixed' },
        run: (context, sent) => save(writer, context, sent),
      },
    ],
    [
      'update',
      {
        needs: needs.update,
        params: { ...params, ...BATCH, values: 'array', reload: 'mixed' },
        run: (context, sent) => update(writer, context, sent),
      },
    ],
    [
      'delete',
      {
        needs: needs.delete,
        params: { ...params, ...BATCH, useTrash: 'bool' },
        run: (context, sent) => remove(writer, context, sent),
      },
    ],
    [
      'checkAccess',
      {
        needs: [],
        params: { action: 'string', values: 'array' },
        run: (context, sent) => checkAccess(writer, context, sent),
      },
    ],
  ]);
}

const BATCH: ParamSpec = { where: 'array', join: 'array', orderBy: 'array', limit: 'int', offset: 'int' };

/** One row to be written: no id makes a new one. */
interface Job {
  readonly id: number | null;
  readonly values: WriteValues;
}

type AnyRow = Row & { readonly id: number };

function create<R extends AnyRow>(writer: Writer<R>, context: ActionContext, params: Params): ActionResult {
  const values = formatted(writer, context, recordParam(params, 'values'));
  return answer(writer, context, params, write(writer, context, params, [{ id: null, values }]));
}

function save<R extends AnyRow>(writer: Writer<R>, context: ActionContext, params: Params): ActionResult {
  const match = textsParam(params, 'match');
  if (params['records'] === undefined) throw new ApiError('Parameter "records" is required.');
  const jobs = listParam(params, 'records').map((record): Job => {
    const sent = { ...recordParam(params, 'defaults'), ...asRecord(record) };
    const values = formatted(writer, context, sent);
    const id = typeof values['id'] === 'number' ? values['id'] : findMatch(writer, context, sent, match);
    return { id: id !== null && match.length > 0 && context.losesRace() ? null : id, values };
  });
  const changes = write(writer, context, params, jobs);
  return {
    ...answer(writer, context, params, changes),
    updated: changes.filter(({ kind }) => kind === 'updated').length,
  };
}

/** The one row that has the record's values in the fields of `match`, among those that the caller sees. */
function findMatch<R extends AnyRow>(
  { entity }: Writer<R>,
  context: ActionContext,
  record: Readonly<Record<string, unknown>>,
  match: readonly string[],
): number | null {
  const where = match
    .filter((field) => record[field] !== undefined && record[field] !== null && record[field] !== '')
    .map((field) => [field, '=', record[field]]);
  if (match.length === 0 || where.length < match.length) return null;
  const found = findRows(context, context.schema, entity, { ...EVERYTHING, where, limit: 2 });
  return found.length === 1 ? Number(found[0]?.['id']) : null;
}

function update<R extends AnyRow>(writer: Writer<R>, context: ActionContext, params: Params): ActionResult {
  const values = formatted(writer, context, recordParam(params, 'values'));
  const where = [...listParam(params, 'where')];
  if (typeof values['id'] === 'number') where.push(['id', '=', values['id']]);
  if (where.length === 0) {
    throw new ApiError('Parameter "where" is required unless primary keys are supplied in values.');
  }
  const ids = singleId(where) ?? findIds(writer, context, { ...params, where });
  const jobs = ids.map((id) => ({ id, values }));
  return answer(writer, context, params, write(writer, context, params, jobs));
}

/** `where id = n` and nothing else goes straight to the row, seen or not (civicrm-recorded.md 16). */
function singleId(where: readonly unknown[]): readonly number[] | undefined {
  const [only, ...more] = where;
  if (more.length > 0 || !Array.isArray(only)) return undefined;
  return only[0] === 'id' && only[1] === '=' ? [Number(only[2])] : undefined;
}

function findIds<R extends AnyRow>({ entity }: Writer<R>, context: ActionContext, params: Params) {
  return findRows(context, context.schema, entity, readQuery(params)).map((row) => Number(row['id']));
}

function remove<R extends AnyRow>(writer: Writer<R>, context: ActionContext, params: Params): ActionResult {
  if (listParam(params, 'where').length === 0) throw new ApiError('Parameter "where" is required.');
  const rows = findIds(writer, context, params).flatMap((id) => writer.find(context, id) ?? []);
  for (const row of rows) if (!writer.mayWrite(context, 'updated', row)) throw aclCheckFailed();
  for (const row of rows) writer.remove(context, row, params);
  return { values: rows.map((row) => ({ id: writer.deletedId(row) })) };
}

/** Says whether the caller might do something, without doing it: the right to the action, then the right to the record. */
function checkAccess<R extends AnyRow>(
  writer: Writer<R>,
  context: ActionContext,
  params: Params,
): ActionResult {
  const values = formatted(writer, context, recordParam(params, 'values'));
  const action = String(params['action']);
  const needs = new Map(Object.entries(writer.needs)).get(action);
  const isLetIn = needs?.every((permission) => context.caller.may(permission)) ?? false;
  const kind = action === 'create' ? 'created' : 'updated';
  return { values: [{ access: isLetIn && writer.mayWrite(context, kind, values) }] };
}

function formatted<R extends AnyRow>(
  { entity }: Writer<R>,
  context: ActionContext,
  sent: Readonly<Record<string, unknown>>,
): WriteValues {
  return readWriteValues(context, entity, context.schema.entities, sent);
}

/** Checks every record before the first is written, then writes one by one (civicrm-recorded.md 4). */
function write<R extends AnyRow>(
  writer: Writer<R>,
  context: ActionContext,
  params: Params,
  jobs: readonly Job[],
): readonly Change<R>[] {
  for (const job of jobs) check(writer, context, job);
  return jobs.map(({ id, values }) => {
    if (id === null) {
      const row = writer.insert(context, values, params);
      return { row, kind: 'created', before: row, values };
    }
    const row = writer.find(context, id);
    if (row === undefined) throw new ApiError(`Expected one ${writer.entity.name} but found 0`);
    const before = { ...row };
    writer.update(context, row, values, params);
    return { row, kind: 'updated', before, values };
  });
}

function check<R extends AnyRow>(writer: Writer<R>, context: ActionContext, { id, values }: Job): void {
  const missing = id === null ? writer.mandatory(values) : [];
  if (missing.length > 0) {
    const { name } = writer.entity;
    throw new ApiError(
      `Mandatory values missing from Api4 ${name}::${context.actionName}: ${missing.join(', ')}`,
    );
  }
  const row = id === null ? undefined : writer.find(context, id);
  const isAllowed =
    id === null
      ? writer.mayWrite(context, 'created', values)
      : writer.mayWrite(context, 'updated', row ?? values);
  if (!isAllowed) throw aclCheckFailed();
}

function answer<R extends AnyRow>(
  writer: Writer<R>,
  context: ActionContext,
  params: Params,
  changes: readonly Change<R>[],
): ActionResult {
  const again = params['reload'];
  if (again !== undefined && again !== false && again !== null) {
    const select = Array.isArray(again) ? again.map(String) : [];
    return {
      values: reload(
        context,
        writer.entity,
        changes.map(({ row }) => row.id),
        select,
      ),
    };
  }
  const values = changes.map((change) => writer.answer(context, change));
  const last = values.at(-1);
  if (last !== undefined) Object.assign(last, writer.answerOfLast);
  return { values };
}

/** Says that some mandatory columns are missing: those with no value at all. */
export const missingOf = (values: WriteValues, columns: readonly string[]): readonly string[] =>
  columns.filter(
    (column) => values[column] === undefined || values[column] === null || values[column] === '',
  );

/** What every write answer ends with. */
export const ANSWER_END: OutputRow = { custom: null, check_permissions: null };
