import { connectionId } from '@mcsync/core/domain/ids';
import { expect, test } from 'vitest';
import { listAlerts } from './alerts.ts';
import type { Overview } from './load-overview.ts';

const status = (given: object) =>
  ({
    connection: {
      id: connectionId(1),
      audienceName: 'News',
      groupTitle: 'Members',
      fault: null,
      pairings: { interests: [] },
    },
    situation: { kind: 'in-sync' },
    runs: [],
    held: null,
    ...given,
  }) as unknown as Overview['connections'][number];
const alertsOf = (workers: number | null, ...given: readonly object[]) =>
  listAlerts({ workers, connections: given.map(status) }).map(({ level, text }) => `${level}: ${text}`);

test('nothing needs anybody where all is well, or nothing is connected', () => {
  expect(alertsOf(1, {})).toEqual([]);
  expect(alertsOf(0)).toEqual([]);
});

test('what is wrong comes before what waits, each in words that say what to do', () => {
  const alerts = alertsOf(
    0,
    { held: { id: 7 } },
    { runs: [{ state: 'failed', error: { message: 'CiviCRM is down.' } }] },
    {
      situation: { kind: 'fault' },
      connection: {
        ...{ audienceName: 'A', groupTitle: 'B', fault: { message: 'Mend it.' } },
        pairings: {
          interests: [{ fault: { code: 'E20', message: 'The interest is gone.' } }, { fault: null }],
        },
      },
    },
  );
  expect(alerts).toEqual([
    expect.stringContaining('bad: No worker is there'),
    'bad: News ⇄ Members: The last run failed. CiviCRM is down.',
    'bad: A ⇄ B: Mend it.',
    'attention: News ⇄ Members: Run 7 waits for approval.',
    'attention: A ⇄ B: The interest is gone.',
  ]);
});

test('a queue that does not answer is told', () => {
  expect(alertsOf(null, {})).toEqual([expect.stringContaining('The queue does not answer')]);
});
