import type { Fault, HttpFaultKind } from '@mcsync/sandbox/faults';
import { describe, expect, test } from 'vitest';
import { expectNothingMore } from '../../testing/expect-nothing-more.ts';
import {
  BATCH,
  meet,
  type Outcome,
  recover,
  startWithNews,
  whatIsTold,
} from '../../testing/remote-trouble.ts';
import { QUEUE_STORES } from '../../testing/test-service.ts';
import type { StageName } from '../domain/run.ts';

/** What breaks, from which stage on, and how the run that meets it ends. docs/reliability.md shows the same in words. */
interface Case {
  readonly name: string;
  readonly faults: readonly Fault[];
  readonly from: StageName;
  readonly joiners: number;
  readonly outcome: Outcome;
}

type Place = Omit<Fault, 'kind'>;
const KINDS = [
  'rate-limit',
  'forbidden-html',
  'server-error',
  'bad-gateway-html',
  'unavailable',
  'html-200',
  'truncated-json',
  'reset',
  'reset-after',
  'slow-after',
] as const satisfies readonly HttpFaultKind[];
type Kind = (typeof KINDS)[number];

const faultOf = (kind: Kind, place: Place): Fault => ({
  kind,
  ...place,
  ...(kind === 'unavailable' && { retryAfter: 1 }),
  // Takes effect, and answers when nobody waits any more.
  ...(kind === 'slow-after' && { delayMs: 6000 }),
});

const FEW = 2;
const MAILCHIMP_PAGE: Outcome = 'fails with MAILCHIMP_BAD_ANSWER';
const CIVICRM_PAGE: Outcome = 'fails with CIVICRM_BAD_ANSWER';

/** A read that fails is made again, unless what came cannot pass by itself: a page in place of the API. */
const READ_OUTCOMES = {
  mailchimp: { 'html-200': MAILCHIMP_PAGE },
  civicrm: { 'html-200': CIVICRM_PAGE, 'forbidden-html': CIVICRM_PAGE },
} as const satisfies Record<string, Partial<Record<Kind, Outcome>>>;

/** The first request of a stage to a system: each is a read. */
const READS: readonly (readonly [StageName, 'mailchimp' | 'civicrm'])[] = [
  ['probe', 'mailchimp'],
  ['probe', 'civicrm'],
  ['fetch-mailchimp', 'mailchimp'],
  ['detect-civicrm-changes', 'civicrm'],
  ['remove-invalid-contact-ids', 'civicrm'],
  ['populate-missing-contact-ids', 'civicrm'],
  ['reconcile', 'civicrm'],
  ['create-contacts', 'mailchimp'],
  ['create-contacts', 'civicrm'],
  ['write-civicrm', 'mailchimp'],
  ['write-civicrm', 'civicrm'],
  ['enqueue-updates', 'mailchimp'],
  ['enqueue-updates', 'civicrm'],
];

const reading: readonly Case[] = READS.flatMap(([from, system]) =>
  KINDS.map((kind) => ({
    name: `${kind}: reading ${system} in ${from}`,
    from,
    joiners: FEW,
    faults: [faultOf(kind, { system })],
    outcome: (READ_OUTCOMES[system] as Partial<Record<Kind, Outcome>>)[kind] ?? 'right at once',
  })),
);

const UNKNOWN: Outcome = 'fails with CIVICRM_OUTCOME_UNKNOWN';
/** A write to CiviCRM is never repeated blindly: where nobody knows what came of it, the run ends and the next one reads. */
const CIVICRM_WRITE: Record<Kind, Outcome> = {
  'rate-limit': 'right at once',
  'forbidden-html': CIVICRM_PAGE,
  'server-error': UNKNOWN,
  'bad-gateway-html': UNKNOWN,
  unavailable: 'right at once',
  'html-200': CIVICRM_PAGE,
  'truncated-json': UNKNOWN,
  reset: UNKNOWN,
  'reset-after': UNKNOWN,
  'slow-after': UNKNOWN,
};

/** One member by itself: what surely did not happen is sent again, of the rest the member is read. */
const DIRECT_WRITE: Record<Kind, Outcome> = {
  'rate-limit': 'right at once',
  'forbidden-html': 'right at once',
  'server-error': 'right after the next run',
  'bad-gateway-html': 'right after the next run',
  unavailable: 'right after the next run',
  'html-200': 'right after the next run',
  'truncated-json': 'right at once',
  reset: 'right after the next run',
  'reset-after': 'right at once',
  'slow-after': 'right at once',
};

/** A batch: what surely was not taken is submitted again; else Mailchimp's list of batches tells. */
const SUBMISSION: Record<Kind, Outcome> = {
  ...DIRECT_WRITE,
  'truncated-json': 'right at once',
};

/** Looking at a batch, and its archive: looked at again. */
const LOOKING: Record<Kind, Outcome> = Object.fromEntries(
  KINDS.map((kind) => [kind, 'right at once']),
) as Record<Kind, Outcome>;

type Row = readonly [string, Place, StageName, number, Record<Kind, Outcome>, before?: Fault];
/** By the hash of an address, with nothing behind it. */
const ONE_MEMBER = '/members/[0-9a-f]{32}$';

const WRITES: readonly Row[] = [
  [
    'creating a contact',
    { system: 'civicrm', path: 'Contact/create' },
    'create-contacts',
    FEW,
    CIVICRM_WRITE,
  ],
  ['adding to the group', { system: 'civicrm', path: 'GroupContact/save' }, 'probe', FEW, CIVICRM_WRITE],
  [
    'removing from the group',
    { system: 'civicrm', path: 'GroupContact/update' },
    'write-civicrm',
    FEW,
    CIVICRM_WRITE,
  ],
  [
    'writing one member',
    { system: 'mailchimp', path: '/members/', method: 'PUT' },
    'enqueue-updates',
    FEW,
    DIRECT_WRITE,
  ],
  [
    'submitting a batch',
    { system: 'mailchimp', path: '^/batches$', method: 'POST' },
    'enqueue-updates',
    BATCH,
    SUBMISSION,
  ],
  [
    'looking at a batch',
    { system: 'mailchimp', path: '^/batches/', method: 'GET' },
    'enqueue-updates',
    BATCH,
    LOOKING,
  ],
  [
    'fetching the archive',
    { system: 'mailchimp', path: '^/results/', method: 'GET' },
    'enqueue-updates',
    BATCH,
    LOOKING,
  ],
  [
    'reading a member of whom nobody knows what the writing did',
    { system: 'mailchimp', path: ONE_MEMBER, method: 'GET' },
    'enqueue-updates',
    FEW,
    LOOKING,
    { system: 'mailchimp', kind: 'reset-after', path: '/members/', method: 'PUT' },
  ],
  [
    'looking for a batch that may have been taken',
    { system: 'mailchimp', path: '^/batches$', method: 'GET' },
    'enqueue-updates',
    BATCH,
    LOOKING,
    { system: 'mailchimp', kind: 'reset-after', path: '^/batches$', method: 'POST' },
  ],
  [
    'deleting a batch that does not end',
    { system: 'mailchimp', path: '^/batches/', method: 'DELETE' },
    'enqueue-updates',
    BATCH,
    LOOKING,
    { system: 'mailchimp', kind: 'stuck-batch' },
  ],
];

const writing: readonly Case[] = WRITES.flatMap(([what, place, from, joiners, outcomes, before]) =>
  KINDS.map((kind) => ({
    name: `${kind}: ${what}`,
    from,
    joiners,
    faults: [...(before === undefined ? [] : [before]), faultOf(kind, place)],
    outcome: outcomes[kind],
  })),
);

/**
 * All of them take a while: EVERY_FAULT, a pattern of names, says which. Else each stage meets some and each kind strikes some reads and some writes, on PostgreSQL more than on Redis. No step shares a
 * factor with the number of kinds, which would leave some out.
 */
function casesFor(queue: 'postgres' | 'redis'): readonly Case[] {
  const wanted = process.env['EVERY_FAULT'];
  if (wanted !== undefined)
    return [...reading, ...writing].filter(({ name }) => new RegExp(wanted).test(name));
  const [everyRead, everyWrite] = queue === 'postgres' ? [7, 3] : [13, 9];
  return [
    ...reading.filter((_, at) => at % everyRead === 1),
    ...writing.filter((_, at) => at % everyWrite === 0),
  ];
}

describe.each(QUEUE_STORES)('on %s', (queue) => {
  test.concurrent.for(casesFor(queue))(
    '$name: $outcome',
    async ({ faults, from, joiners, outcome }, { onTestFinished, expect: expectThat }) => {
      const trashed = from === 'remove-invalid-contact-ids' ? 'somebody' : 'nobody';
      const news = await startWithNews(queue, joiners, onTestFinished, { trashed });
      const met = await meet(news, faults, from);
      expectThat(met.outcome).toBe(outcome);
      expectThat(news.service.sandbox.faults.list()).toEqual([]);
      if (outcome.startsWith('fails')) {
        const code = outcome.replace('fails with ', '');
        expectThat(await whatIsTold(news)).toEqual([expect.stringContaining(code)]);
      }
      if (outcome !== 'right at once') expectThat(await recover(news, 1)).toEqual(['done']);
      expectThat(news.isRight()).toBe(true);
      await expectNothingMore(news.scene);
    },
  );
});
