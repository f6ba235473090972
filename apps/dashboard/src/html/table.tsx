import type { ComponentChildren } from 'preact';

export interface TableProps {
  readonly caption: string;
  readonly columns: readonly string[];
  /** Rows of `Table`. */
  readonly children: ComponentChildren;
}

/** A table that scrolls sideways by itself on a narrow screen. */
export function Table({ caption, columns, children }: TableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls on a narrow screen, and whoever has no mouse has to reach it for that
    <section class="overflow-auto" tabIndex={0} aria-label={caption}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}
