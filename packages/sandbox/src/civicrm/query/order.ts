import { ApiError } from '../api/api-error.ts';
import { evaluate, requireExpression } from './expression.ts';
import type { SortKey } from './field.ts';
import type { Query } from './query.ts';
import type { Frame, Scope } from './scope.ts';
import { type Comparable, toComparable } from './value.ts';

/** Reads `orderBy`. Throws an ApiError for a field or a direction that does not exist. */
export function readOrder({ orderBy }: Query, scope: Scope): readonly SortKey[] {
  return readKeys({ orderBy }).map((key) => {
    requireExpression(key.name, scope);
    return key;
  });
}

/** The same where names are columns of the answer. */
export function readKeys({ orderBy }: Pick<Query, 'orderBy'>): readonly SortKey[] {
  return Object.entries(orderBy).map(([name, sent]) => {
    const direction = String(sent).toUpperCase();
    if (direction !== 'ASC' && direction !== 'DESC') {
      throw new ApiError(`Invalid sort direction. Cannot order by ${name} ${String(sent)}`);
    }
    return { name, isDescending: direction === 'DESC' };
  });
}

/** How rows must be read to come in the wanted order; undefined: they have to be sorted. */
export function directionOf(
  order: readonly SortKey[],
  orderedBy: readonly string[],
): 'forward' | 'backward' | undefined {
  const [first] = order;
  if (first === undefined) return 'forward';
  const isPrefix =
    order.length <= orderedBy.length &&
    order.every(
      ({ name, isDescending }, at) => name === orderedBy[at] && isDescending === first.isDescending,
    );
  if (!isPrefix) return undefined;
  return first.isDescending ? 'backward' : 'forward';
}

/** Sorts result rows under construction. */
export function sortFrames(
  frames: readonly Frame[],
  order: readonly SortKey[],
  scope: Scope,
): readonly Frame[] {
  const expressions = order.map(({ name }) => requireExpression(name, scope));
  return sortBy(frames, order, (frame) =>
    expressions.map((expression) =>
      toComparable(
        expression.kind === 'scalar' ? expression.read(frame) : evaluate(expression, [frame]),
        expression.dataType,
      ),
    ),
  );
}

/** NULL comes first, as in MariaDB; equal items keep their order. */
export function sortBy<T>(
  items: readonly T[],
  order: readonly SortKey[],
  valuesOf: (item: T) => readonly Comparable[],
): readonly T[] {
  const decorated = items.map((item) => ({ item, values: valuesOf(item) }));
  decorated.sort((a, b) => {
    for (const [at, { isDescending }] of order.entries()) {
      const difference = compare(a.values[at] ?? null, b.values[at] ?? null);
      if (difference !== 0) return isDescending ? -difference : difference;
    }
    return 0;
  });
  return decorated.map(({ item }) => item);
}

function compare(a: Comparable, b: Comparable): number {
  if (a === b) return 0;
  if (a === null) return -1;
  return b === null || a > b ? 1 : -1;
}
