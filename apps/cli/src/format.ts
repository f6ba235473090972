import { stripVTControlCharacters } from 'node:util';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '@mcsync/core/domain/instant';

/** `12,345` */
export const number = (value: number): string => value.toLocaleString('en-US');

/** `1 person`, `1,200 people` */
export const counted = (count: number, one: string, many: string): string =>
  `${number(count)} ${count === 1 ? one : many}`;

/** `0.8 s`, `2 min 5 s`, `3 h 20 min` */
export function duration(ms: number): string {
  if (ms < MINUTE_MS) return `${(ms / SECOND_MS).toFixed(1)} s`;
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min ${Math.floor((ms % MINUTE_MS) / SECOND_MS)} s`;
  return `${Math.floor(ms / HOUR_MS)} h ${Math.floor((ms % HOUR_MS) / MINUTE_MS)} min`;
}

/** `2026-11-23 19:45` by this machine's clock; `never` where there is none. */
export function moment(at: Date | number | null): string {
  if (at === null) return 'never';
  // Swedish writes dates as ISO 8601 does.
  return new Date(at).toLocaleString('sv-SE', { dateStyle: 'short', timeStyle: 'short' });
}

export type Align = 'left' | 'right';

/** Rows in columns, two spaces apart; colours count for nothing. `align` says how each column stands, left unless told. */
export function columns(
  rows: readonly (readonly string[])[],
  align: readonly Align[] = [],
): readonly string[] {
  const widths = rows.reduce<readonly number[]>(
    (widest, row) =>
      Array.from({ length: Math.max(widest.length, row.length) }, (_, at) =>
        Math.max(widest[at] ?? 0, widthOf(row[at] ?? '')),
      ),
    [],
  );
  return rows.map((row) =>
    row
      .map((cell, at) => pad(cell, widths[at] ?? 0, align[at] ?? 'left'))
      .join('  ')
      .trimEnd(),
  );
}

export function pad(cell: string, width: number, align: Align): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(cell)));
  return align === 'left' ? `${cell}${space}` : `${space}${cell}`;
}

const widthOf = (cell: string): number => [...stripVTControlCharacters(cell)].length;

/** Each line two spaces in. */
export const indented = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`);
