import type { Caller, Permission } from '../callers.ts';
import type { SessionTime } from '../session-time.ts';
import type { Site } from '../site.ts';
import type { FieldValue, Row } from '../tables/rows.ts';

/** What one request's query works with. */
export interface QueryContext {
  readonly site: Site;
  readonly caller: Caller;
  readonly time: SessionTime;
}

/** As CiviCRM's getFields says it. `Timestamp` is kept as ms and shown in the session's zone; `Json` is kept as text. */
export type DataType =
  | 'Integer'
  | 'Float'
  | 'String'
  | 'Boolean'
  | 'Timestamp'
  | 'Datetime'
  | 'Date'
  | 'Text'
  | 'Array'
  | 'Json';

/** The options of a coded column: value → machine name and label. */
export interface Option {
  readonly value: string | number;
  readonly name: string;
  readonly label: string;
  /** Of states and provinces. */
  readonly abbr?: string;
}

export interface Field {
  readonly name: string;
  readonly dataType: DataType;
  /** Null if absent: what a row says that does not have the column. */
  readonly fallback?: FieldValue;
  readonly options?: (site: Site) => readonly Option[];
  /** Computed instead of stored. */
  readonly calculate?: (site: Site, row: Row) => FieldValue;
  /** Not part of a `select` without names. */
  readonly isOnRequest?: true;
  /** Without it the field is as good as absent. */
  readonly needs?: Permission;
  readonly isReadonly?: true;
  /** What people call it; absent: its name. */
  readonly label?: string;
  /** Of a field that the site has added. */
  readonly customFieldId?: number;
  /** The most characters it takes; absent: as many as its table says. */
  readonly textLength?: number;
}

/** Another entity's row that belongs to this one: `contact_id.…`, `email_primary.…`. */
export interface Link {
  readonly entity: string;
  readonly find: (site: Site, row: Row) => Row | undefined;
}

export interface SortKey {
  readonly name: string;
  readonly isDescending: boolean;
}

/** What the top level of a `where` demands for certain; how an entity finds candidates without looking at every row. */
export interface Demands {
  /** The values the field may have, if `=` or `IN` says so. */
  oneOf(field: string): readonly FieldValue[] | undefined;
  /** The least value the field may have, if a bound says so, in any branch of an OR. */
  atLeast(field: string): number | undefined;
}

/** Rows in an order. A place may be empty. */
export interface RowList {
  readonly length: number;
  at(index: number): Row | undefined;
}

/** Rows among which all wanted ones are, and the columns they are ordered by (ascending), most significant first. */
export interface Candidates {
  readonly rows: RowList;
  readonly orderedBy: readonly string[];
  /** All rows of the table, because the query does not say enough to look any up. */
  readonly isScan?: boolean;
}

/** The order in which the database happens to read a table, by the index that it prefers. */
export interface NaturalOrder {
  readonly order: readonly SortKey[];
  /** The first rows in that order, if they are at hand: enough for whoever wants a few. */
  readonly first?: RowList;
}

/** The query language's view of one entity. */
export interface Entity {
  readonly name: string;
  readonly fields: ReadonlyMap<string, Field>;
  readonly links: ReadonlyMap<string, Link>;
  /** The fields that a site has added, by their path `Group.field`. */
  readonly customFields?: (site: Site) => ReadonlyMap<string, Field>;
  /** A condition added where the query does not mention the field (civicrm-api.md 1.8). */
  readonly defaults: ReadonlyMap<string, FieldValue>;
  /** Fields that single out a row: asking for them switches the defaults off. */
  readonly uniqueFields: (site: Site) => readonly string[];
  /** May this caller see the row? */
  readonly seenBy: (context: QueryContext) => (row: Row) => boolean;
  /** `wants` are the columns of orderBy, most significant first. */
  readonly candidates: (site: Site, demands: Demands, wants: readonly string[]) => Candidates;
  /** How a whole table is read where nobody asked for an order; undefined: as it comes. */
  readonly naturalOrder?: (site: Site, select: readonly string[]) => NaturalOrder | undefined;
  /** Select alone is not enough to tell which fields a row has (names of another contact type). */
  readonly dropsField?: (row: Row, field: string) => boolean;
}

/** Builds the lookup that `Entity.fields` is. */
export const fieldMap = (fields: readonly Field[]): ReadonlyMap<string, Field> =>
  new Map(fields.map((field) => [field.name, field]));

/** A column's value, or the fallback of its field. */
export function readField(field: Field, site: Site, row: Row): FieldValue {
  if (field.calculate !== undefined) return field.calculate(site, row);
  return row[field.name] ?? field.fallback ?? null;
}

/** The rows of a list that are there. */
export function rowsOf(list: RowList): readonly Row[] {
  const rows: Row[] = [];
  for (let index = 0; index < list.length; index += 1) {
    const row = list.at(index);
    if (row !== undefined) rows.push(row);
  }
  return rows;
}
