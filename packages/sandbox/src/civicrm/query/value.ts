import { collate } from '../collation.ts';
import type { FieldValue } from '../tables/rows.ts';
import type { DataType, Option, QueryContext } from './field.ts';

/** Something that can be read from an item (a frame of rows, or a finished row), and how it compares. */
export interface Readable<T> {
  readonly dataType: DataType;
  readonly read: (item: T) => FieldValue;
}

/** What a name in a query stands for. A plain reading has no more than its type. */
export interface Named<T> extends Readable<T> {
  readonly name?: string;
  /** It exists, but not for this caller. */
  readonly isHidden?: boolean;
}

/** A value in the form in which values of its type compare: texts collated, TIMESTAMPs as ms. Null is NULL. */
export type Comparable = string | number | boolean | null;

/** What a caller sent, as a value of the field's type. */
export function toFieldValue(sent: unknown, dataType: DataType, { time, caller }: QueryContext): FieldValue {
  if (sent === null || sent === undefined) return null;
  switch (dataType) {
    case 'Integer':
      if (sent === 'user_contact_id') return caller.contactId;
      return typeof sent === 'number' ? sent : Number(String(sent)) || 0; // what is no number is 0 to MariaDB
    case 'Float':
      return Number(String(sent)) || 0;
    case 'Boolean':
      return !(sent === false || sent === 0 || sent === '0' || sent === '' || sent === 'false');
    case 'Timestamp':
      return time.parse(String(sent));
    case 'Datetime':
      return time.parseWall(String(sent));
    case 'Date':
      return time.parseWall(String(sent)).slice(0, 10);
    case 'Json':
      return JSON.stringify(sent);
    case 'Array':
      return Array.isArray(sent) ? sent.map(toItem) : [toItem(sent)];
    default:
      return String(sent);
  }
}

const toItem = (item: unknown): string | number => (typeof item === 'number' ? item : String(item));

/** The form in which a value of this type compares. */
export function toComparable(value: FieldValue, dataType: DataType): Comparable {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return dataType === 'Datetime' ? value : collate(value);
  if (typeof value === 'object') return collate(value.join(','));
  return value;
}

/** Values of a coded column by their machine name or label: what `:name` and `:label` mean when writing and asking. */
export function fromOption(sent: unknown, suffix: string, options: readonly Option[]): unknown {
  if (Array.isArray(sent)) return sent.map((item) => fromOption(item, suffix, options));
  const option = options.find(
    (candidate) => (suffix === 'label' ? candidate.label : candidate.name) === sent,
  );
  return option?.value ?? null;
}

/** The name, label or abbreviation of a coded value; a value that is on no list stands for itself. */
export function toOption(value: FieldValue, suffix: string, options: readonly Option[]): FieldValue {
  if (typeof value === 'object' && value !== null) {
    return value.map((item) => String(toOption(item, suffix, options)));
  }
  const option = options.find((candidate) => candidate.value === value);
  if (option === undefined) return value;
  if (suffix === 'abbr') return option.abbr ?? option.name;
  return suffix === 'label' ? option.label : option.name;
}
