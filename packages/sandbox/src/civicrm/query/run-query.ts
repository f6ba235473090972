import type { Row } from '../tables/rows.ts';
import { applyHaving, groupFrames, sortOutput } from './aggregate.ts';
import type { Entity, QueryContext, RowList } from './field.ts';
import { compileJoin, type Join } from './join.ts';
import { directionOf, readOrder, sortFrames } from './order.ts';
import { cut, type OutputRow, type Query, type Schema } from './query.ts';
import { type Frame, Scope } from './scope.ts';
import { projector, selectColumns } from './select.ts';
import { frameWhere, mentions, readDemands, readNested } from './where.ts';

export interface QueryResult {
  readonly rows: readonly OutputRow[];
  /** How many there are without limit and offset; only where `row_count` was selected. */
  readonly matched?: number;
}

/** A query with its names resolved. */
interface Prepared {
  readonly context: QueryContext;
  readonly entity: Entity;
  readonly scope: Scope;
  readonly query: Query;
  readonly joins: readonly Join[];
}

/** Answers a `get` as this caller sees it. Throws an ApiError for what the query language does not allow. */
export function runQuery(context: QueryContext, schema: Schema, entity: Entity, query: Query): QueryResult {
  const prepared = prepare(context, schema, entity, query);
  const columns = selectColumns(prepared.scope, query);
  const makeRow = projector(columns, entity, context);
  const wantsCount = query.select.includes('row_count');
  const isAggregate =
    query.groupBy.length > 0 || columns.some(({ expression }) => expression.kind === 'aggregate');
  if (isAggregate) {
    const all = sortOutput(applyHaving(aggregated(prepared, makeRow), query.having, context), query);
    return withCount(cut(all, query), wantsCount ? all.length : undefined);
  }
  if (wantsCount && query.select.every((name) => name === 'row_count')) {
    return withCount([], countFrames(unordered(prepared)));
  }
  const isWhole = wantsCount || query.having.length > 0;
  const frames = findFrames(prepared, isWhole ? 'all' : 'page');
  const matched = wantsCount ? frames.length : undefined;
  if (query.having.length > 0) {
    const rows = frames.map((frame) => makeRow([frame]));
    return withCount(cut(applyHaving(rows, query.having, context), query), matched);
  }
  const page = isWhole ? cut(frames, query) : frames;
  return withCount(
    page.map((frame) => makeRow([frame])),
    matched,
  );
}

/** The stored rows that a `where` finds for this caller, for update and delete. */
export function findRows(
  context: QueryContext,
  schema: Schema,
  entity: Entity,
  query: Query,
): readonly Row[] {
  const frames = findFrames(prepare(context, schema, entity, query), 'page');
  return frames.flatMap(([row]) => (row === undefined ? [] : [row]));
}

const withCount = (rows: readonly OutputRow[], matched: number | undefined): QueryResult =>
  matched === undefined ? { rows } : { rows, matched };

function prepare(context: QueryContext, schema: Schema, entity: Entity, sent: Query): Prepared {
  const scope = new Scope(context, schema.entities, entity);
  const joins = sent.join.flatMap((clause) => compileJoin(clause, scope, schema.mayRead) ?? []);
  const query = { ...sent, where: [...sent.where, ...defaultsFor(context, entity, sent.where)] };
  return { context, entity, scope, query, joins };
}

/** `is_deleted = false` and the like, unless the query speaks of the field or asks by a unique key (civicrm-recorded.md 16). */
function defaultsFor(
  { site }: QueryContext,
  entity: Entity,
  where: readonly unknown[],
): readonly (readonly unknown[])[] {
  const unique = entity.uniqueFields(site);
  const asksByKey = where.some(
    (clause) => Array.isArray(clause) && unique.includes(clause[0]) && ['=', 'IN'].includes(clause[1]),
  );
  if (asksByKey) return [];
  return [...entity.defaults]
    .filter(([field]) => !mentions(where, field))
    .map(([field, value]) => [field, '=', value]);
}

function aggregated(
  prepared: Prepared,
  makeRow: (frames: readonly Frame[]) => OutputRow,
): readonly OutputRow[] {
  const { query, scope } = prepared;
  return groupFrames(findFrames(unordered(prepared), 'all'), query.groupBy, scope).map(makeRow);
}

const unordered = (prepared: Prepared): Prepared => ({
  ...prepared,
  query: { ...prepared.query, orderBy: {} },
});

/** The result rows in their order; `page`: only those that limit and offset leave. */
function findFrames(prepared: Prepared, extent: 'all' | 'page'): readonly Frame[] {
  const { context, entity, scope, query, joins } = prepared;
  const asked = readOrder(query, scope);
  const columns = asked.map(({ name }) => name);
  const candidates = entity.candidates(context.site, readDemands(query.where, scope), columns);
  const isWhole = extent === 'all' || query.limit === 0 || joins.length > 0;
  const enough = isWhole ? Number.POSITIVE_INFINITY : query.offset + query.limit;
  const isUnordered = asked.length === 0 && candidates.isScan === true;
  const natural = isUnordered ? entity.naturalOrder?.(context.site, query.select) : undefined;
  const leading = isUnordered ? joins.find(({ isLeading }) => isLeading) : undefined;
  const first =
    natural?.first === undefined || isWhole ? [] : narrow(natural.first, prepared, 'forward', enough);
  if (first.length === enough) return cut(first, query);
  const order = natural?.order ?? asked;
  const direction = directionOf(order, candidates.orderedBy);
  // Rows that come in the wanted order need not be read further than the page.
  const most = direction === undefined ? Number.POSITIVE_INFINITY : enough;
  const frames = narrow(candidates.rows, prepared, direction ?? 'forward', most);
  const sorted =
    leading !== undefined
      ? sortByJoined(frames, leading)
      : direction === undefined
        ? sortFrames(frames, order, scope)
        : frames;
  return extent === 'page' ? cut(sorted, query) : sorted;
}

/** The database begins with the table that it can narrow down most: rows come as it holds them (civicrm-recorded.md 9). */
const sortByJoined = (frames: readonly Frame[], { at }: Join): readonly Frame[] =>
  [...frames].sort((a, b) => Number(a[at]?.['id']) - Number(b[at]?.['id']));

/** How many result rows there are. Without joins none of them is kept: a hundred thousand are counted in no time. */
function countFrames(prepared: Prepared): number {
  const { context, entity, scope, query, joins } = prepared;
  if (joins.length > 0) return findFrames(prepared, 'all').length;
  const { rows } = entity.candidates(context.site, readDemands(query.where, scope), []);
  const sees = entity.seenBy(context);
  const test = frameWhere(query.where, scope);
  let count = 0;
  for (let index = 0; index < rows.length; index += 1) {
    const row = rows.at(index);
    if (row !== undefined && sees(row) && test([row]) === true) count += 1;
  }
  return count;
}

/** Of the candidates those that the caller may see, joined, and let through by the conditions; at most `enough`. */
function narrow(
  rows: RowList,
  { entity, context, scope, query, joins }: Prepared,
  direction: 'forward' | 'backward',
  enough: number,
): readonly Frame[] {
  const sees = entity.seenBy(context);
  const test = frameWhere(query.where, scope);
  // What speaks of the entity itself holds with or without the joined rows: fewer rows to join.
  const early = joins.length === 0 ? test : frameWhere(query.where.filter(isOfEntity(scope)), scope);
  const found: Frame[] = [];
  for (let step = 0; step < rows.length && found.length < enough; step += 1) {
    const row = rows.at(direction === 'backward' ? rows.length - 1 - step : step);
    if (row === undefined || !sees(row)) continue;
    const frame: Frame = [row];
    if (early(frame) === true) found.push(frame);
  }
  if (joins.length === 0) return found;
  const joined = joins.reduce<readonly Frame[]>((frames, join) => join.put(frames), found);
  return joined.filter((frame) => test(frame) === true);
}

/** Does a condition name no joined table? */
function isOfEntity(scope: Scope): (clause: unknown) => boolean {
  const aliases = new Set(scope.sources.map(({ alias }) => alias).filter((alias) => alias !== ''));
  return (clause) => {
    if (!Array.isArray(clause)) return false;
    const nested = readNested(clause);
    if (nested !== undefined) return nested.clauses.every(isOfEntity(scope));
    const isPlain = clause[3] !== true;
    return isPlain && !aliases.has(String(clause[0]).split('.')[0] ?? '');
  };
}
