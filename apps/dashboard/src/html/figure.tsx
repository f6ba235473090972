import { formatNumber } from './format.ts';

export interface FigureProps {
  readonly name: string;
  readonly value: number;
  /** Where these people are listed. */
  readonly href?: string;
}

/** A figure with its name below it, as on a dial. */
export function Figure({ name, value, href }: FigureProps) {
  const number = formatNumber(value);
  return (
    <div>
      <dt>{name}</dt>
      <dd>{href === undefined || value === 0 ? number : <a href={href}>{number}</a>}</dd>
    </div>
  );
}
