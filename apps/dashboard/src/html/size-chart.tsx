import { DAY_MS } from '@mcsync/core/domain/instant';
import type { DailySize } from '@mcsync/core/store/daily-sizes';
import { formatDay, formatNumber } from './format.ts';
import { Table } from './table.tsx';

export interface SizeChartProps {
  /** Oldest first. */
  readonly sizes: readonly DailySize[];
  /** The last day of the chart. */
  readonly until: Date;
}

export const CHART_DAYS = 90;
const [WIDTH, HEIGHT] = [720, 200];
const [LEFT, RIGHT, TOP] = [70, 10, 10];
/** Where the lines end, and where the bars stand. */
const [LINES_BOTTOM, BARS_BOTTOM] = [130, 180];

/** The sizes of both sides over the last 90 days as lines, what was changed as bars below; with the figures as a table for whoever cannot see it. */
export function SizeChart({ sizes, until }: SizeChartProps) {
  if (sizes.length === 0) return <p>The chart begins with the first sync that finishes.</p>;
  const last = sizes.at(-1);
  return (
    <figure class="chart">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-labelledby="chart-title">
        <title id="chart-title">{`Sizes of the last ${CHART_DAYS} days: at Mailchimp ${formatNumber(last?.mailchimp ?? 0)} and in CiviCRM ${formatNumber(last?.civicrm ?? 0)} at the end`}</title>
        <Axes sizes={sizes} until={until} />
        <polyline class="of-mailchimp" points={pointsOf(sizes, until, ({ mailchimp }) => mailchimp)} />
        <polyline class="of-civicrm" points={pointsOf(sizes, until, ({ civicrm }) => civicrm)} />
        <Bars sizes={sizes} until={until} />
      </svg>
      <figcaption>
        <span class="key of-mailchimp">subscribed at Mailchimp</span>{' '}
        <span class="key of-civicrm">in the CiviCRM group</span>{' '}
        <span class="key of-changes">people changed</span>
      </figcaption>
      <details>
        <summary>The figures</summary>
        <Table
          caption="By day (UTC)"
          columns={['Day', 'At Mailchimp', 'In CiviCRM', 'Changed at Mailchimp', 'Changed in CiviCRM']}
        >
          {sizes.toReversed().map((size) => (
            <tr key={formatDay(size.day)}>
              <th scope="row">{formatDay(size.day)}</th>
              <td class="number">{formatNumber(size.mailchimp)}</td>
              <td class="number">{formatNumber(size.civicrm)}</td>
              <td class="number">{formatNumber(size.changedAtMailchimp)}</td>
              <td class="number">{formatNumber(size.changedInCivicrm)}</td>
            </tr>
          ))}
        </Table>
      </details>
    </figure>
  );
}

/** Of what is shown: a little room below and above, so that a change of one side can be seen. */
function rangeOf(sizes: readonly DailySize[]): readonly [number, number] {
  const all = sizes.flatMap(({ mailchimp, civicrm }) => [mailchimp, civicrm]);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const room = Math.max(1, (high - low) * 0.1);
  return [Math.max(0, Math.floor(low - room)), Math.ceil(high + room)];
}

const xOf = (day: Date, until: Date): number => {
  const ago = Math.round((until.getTime() - day.getTime()) / DAY_MS);
  return round(WIDTH - RIGHT - (ago * (WIDTH - LEFT - RIGHT)) / CHART_DAYS);
};

const round = (value: number): number => Math.round(value * 10) / 10;

function pointsOf(sizes: readonly DailySize[], until: Date, amountOf: (size: DailySize) => number): string {
  const [low, high] = rangeOf(sizes);
  const yOf = (value: number) =>
    round(LINES_BOTTOM - ((value - low) * (LINES_BOTTOM - TOP)) / (high - low || 1));
  const points = sizes.map((size) => `${xOf(size.day, until)},${yOf(amountOf(size))}`);
  const [first = ''] = points;
  // One day alone is a point, which a line does not draw.
  return points.length === 1 ? `${LEFT},${first.split(',')[1]} ${first}` : points.join(' ');
}

function Axes({ sizes, until }: SizeChartProps) {
  const [low, high] = rangeOf(sizes);
  const begin = new Date(until.getTime() - CHART_DAYS * DAY_MS);
  return (
    <>
      <line class="axis" x1={LEFT} y1={LINES_BOTTOM} x2={WIDTH - RIGHT} y2={LINES_BOTTOM} />
      <line class="axis" x1={LEFT} y1={BARS_BOTTOM} x2={WIDTH - RIGHT} y2={BARS_BOTTOM} />
      <text x={LEFT - 6} y={TOP + 8} text-anchor="end">
        {formatNumber(high)}
      </text>
      <text x={LEFT - 6} y={LINES_BOTTOM} text-anchor="end">
        {formatNumber(low)}
      </text>
      <text x={LEFT - 6} y={BARS_BOTTOM} text-anchor="end">
        changes
      </text>
      <text x={LEFT} y={HEIGHT - 4}>
        {formatDay(begin)}
      </text>
      <text x={WIDTH - RIGHT} y={HEIGHT - 4} text-anchor="end">
        {formatDay(until)}
      </text>
    </>
  );
}

function Bars({ sizes, until }: SizeChartProps) {
  const changes = sizes.map((size) => size.changedAtMailchimp + size.changedInCivicrm);
  const most = Math.max(...changes, 1);
  return (
    <>
      {sizes.map((size, at) => {
        const height = round(((changes[at] ?? 0) * (BARS_BOTTOM - LINES_BOTTOM - 8)) / most);
        return (
          <rect
            key={formatDay(size.day)}
            class="of-changes"
            x={xOf(size.day, until) - 2}
            y={round(BARS_BOTTOM - height)}
            width={4}
            height={height}
          />
        );
      })}
    </>
  );
}
