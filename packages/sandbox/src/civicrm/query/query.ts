import type { Entity } from './field.ts';

/** The parameters of a `get`, with nothing checked but their kinds. */
export interface Query {
  readonly select: readonly string[];
  readonly where: readonly unknown[];
  readonly join: readonly unknown[];
  readonly groupBy: readonly string[];
  readonly having: readonly unknown[];
  readonly orderBy: Readonly<Record<string, unknown>>;
  /** 0: all. */
  readonly limit: number;
  readonly offset: number;
}

/** All rows, all columns. */
export const EVERYTHING: Query = {
  select: [],
  where: [],
  join: [],
  groupBy: [],
  having: [],
  orderBy: {},
  limit: 0,
  offset: 0,
};

/** A row of an answer, under construction. */
export type OutputRow = Record<string, unknown>;

/** Which entities there are for a caller. */
export interface Schema {
  readonly entities: ReadonlyMap<string, Entity>;
  /** May this caller read the entity at all? A join to it is left out otherwise. */
  readonly mayRead: (entityName: string) => boolean;
}

/** The part of a list that limit and offset leave. */
export function cut<T>(
  items: readonly T[],
  { limit, offset }: Pick<Query, 'limit' | 'offset'>,
): readonly T[] {
  if (limit === 0 && offset === 0) return items;
  return items.slice(offset, limit === 0 ? undefined : offset + limit);
}
