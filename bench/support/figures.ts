/** A figure against the bound that the project has set itself. */
export interface Figure {
  readonly name: string;
  readonly measured: number;
  readonly bound: number;
  readonly unit: string;
  /** `at-most`: smaller is better. */
  readonly sense: 'at-most' | 'at-least';
}

/** Prints figure, bound and ratio, one line each; a ratio above 1 misses its bound. Never fails: a benchmark is not a test. */
export function printFigures(title: string, figures: readonly Figure[]): void {
  process.stdout.write(`\n${title}\n`);
  for (const figure of figures) process.stdout.write(`${lineFor(figure)}\n`);
}

function lineFor({ name, measured, bound, unit, sense }: Figure): string {
  const ratio = sense === 'at-most' ? measured / bound : bound / measured;
  const words = sense === 'at-most' ? 'at most' : 'at least';
  const verdict = ratio <= 1 ? '' : '   MISSED';
  return `  ${name.padEnd(46)} ${format(measured).padStart(10)} ${unit.padEnd(12)} ${words} ${format(bound).padStart(9)}   ratio ${ratio.toFixed(2)}${verdict}`;
}

const format = (value: number): string =>
  value.toLocaleString('en-GB', { maximumFractionDigits: value < 100 ? 1 : 0 });
