import { expect, test } from 'vitest';
import { findSituation, type Situation, type SituationFacts } from './situation.ts';

const facts = (given: Partial<SituationFacts>): SituationFacts => ({
  connection: { state: 'active', firstSyncedAt: new Date() },
  runs: [{ state: 'done' }],
  open: { queued: 0, submitted: 0 },
  bySyncStatus: { todo: 0, live: 0, ok: 10, fail: 3 },
  ...given,
});

test.each<[string, Partial<SituationFacts>, Situation]>([
  ['everybody agrees, or cannot', {}, { kind: 'in-sync' }],
  [
    'somebody is to be looked at',
    { bySyncStatus: { todo: 2, live: 1, ok: 1, fail: 0 } },
    { kind: 'waiting', people: 3 },
  ],
  ['changes are at Mailchimp', { open: { queued: 1, submitted: 4 } }, { kind: 'waiting', people: 5 }],
  ['a run is under way', { runs: [{ state: 'applying' }, { state: 'held' }] }, { kind: 'running' }],
  ['an older plan waits', { runs: [{ state: 'done' }, { state: 'held' }] }, { kind: 'held' }],
  ['it is paused', { connection: { state: 'paused', firstSyncedAt: null } }, { kind: 'paused' }],
  [
    'it has a fault, whatever else',
    { connection: { state: 'faulted', firstSyncedAt: null }, runs: [{ state: 'held' }] },
    { kind: 'fault' },
  ],
  ['its last run stopped at a checkpoint', { runs: [{ state: 'stopped' }] }, { kind: 'stopped' }],
  [
    'it was never synced',
    { connection: { state: 'active', firstSyncedAt: null }, runs: [] },
    { kind: 'never-synced' },
  ],
])('%s', (_, given, expected) => {
  expect(findSituation(facts(given))).toEqual(expected);
});
