import type { z } from 'zod';

/** One call of APIv4 with the shape of the rows that must come back. */
export interface ApiCall<Row> {
  readonly entity: string;
  readonly action: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly row: z.ZodType<Row>;
}

/** Calls that go out in one request, by the keys under which they are answered (civicrm-api.md 1.7). */
export type ApiCalls = Readonly<Record<string, ApiCall<unknown>>>;

/** Rows that came back. */
export interface Rows<Row> {
  readonly rows: readonly Row[];
  /** How many there are in all, where the call selected `row_count`. */
  readonly matched: number | null;
}

/** What became of one call among several: each stands for itself. */
export type Reply<Row> =
  | ({ readonly kind: 'done' } & Rows<Row>)
  /** `message` is CiviCRM's own, redacted; mostly hidden from an API user without "view debug output" (civicrm-api.md 1.6). */
  | { readonly kind: 'refused'; readonly status: number; readonly message: string };

type RowOf<Call> = Call extends ApiCall<infer Row> ? Row : never;
export type Replies<Calls extends ApiCalls> = { readonly [Key in keyof Calls]: Reply<RowOf<Calls[Key]>> };
export type Answers<Calls extends ApiCalls> = { readonly [Key in keyof Calls]: Rows<RowOf<Calls[Key]>> };

/** A condition of `where`. Never with an empty list: `IN []` matches empty texts (civicrm-api.md 1.8). */
export type Condition =
  | readonly [field: string, operator: string, value?: unknown]
  | readonly ['OR' | 'AND', readonly Condition[]];

interface GetParams {
  readonly select: readonly string[];
  readonly where?: readonly Condition[];
  readonly orderBy?: Readonly<Record<string, 'ASC' | 'DESC'>>;
  readonly groupBy?: readonly string[];
  readonly limit?: number;
  readonly chain?: Readonly<Record<string, readonly unknown[]>>;
}

/** A `get`. Without `limit` everything comes; without `orderBy` in no order (civicrm-api.md 1.8). */
export function get<Row>(entity: string, row: z.ZodType<Row>, params: GetParams): ApiCall<Row> {
  return { entity, action: 'get', params: { ...params }, row };
}
