import { ACT_KINDS } from '@mcsync/core/domain/act';
import { RULE_IDS } from '@mcsync/core/domain/decision';
import { DECISION_STATES } from '@mcsync/core/domain/decision-state';
import { SYNC_STATUSES } from '@mcsync/core/domain/member';
import { CATEGORIES } from '@mcsync/core/domain/plan';
import { REFUSAL_REASONS } from '@mcsync/core/domain/refusal';
import { ROLES } from '@mcsync/core/domain/role';
import { RUN_STATES } from '@mcsync/core/domain/run';
import { z } from 'zod';
import { QUEUE_KEYS } from '../bull-board.ts';

/** What the API answers, by name. Moments are ISO 8601 in UTC. */
export const moment = z.iso.datetime();
const maybeMoment = moment.nullable();
const count = z.int();

export const ok = z.object({ done: z.literal(true) });
export const user = z.object({ id: z.int(), email: z.string(), role: z.enum(ROLES), createdAt: moment });

export const invitation = z.object({
  id: z.int(),
  email: z.string(),
  role: z.enum(ROLES),
  invitedBy: z.string(),
  createdAt: moment,
  expiresAt: moment,
});
export const token = z.object({ id: z.int(), name: z.string(), createdAt: moment, usedAt: maybeMoment });
export const session = z.object({ id: z.string(), browser: z.string(), createdAt: moment, seenAt: moment });

export const queue = z.object({ queue: z.enum(QUEUE_KEYS), jobs: z.record(z.string(), count) });
export const failedJob = z.object({
  id: z.string(),
  name: z.string(),
  data: z.looseObject({}).describe('Ids alone'),
  reason: z.string(),
  attempts: count,
  failedAt: maybeMoment,
});

export const site = z.object({
  id: z.int(),
  name: z.string(),
  url: z.string(),
  version: z.string().nullable(),
  checkedAt: maybeMoment,
});
export const siteStep = z.object({
  name: z.string(),
  outcome: z.enum(['fine', 'warning', 'problem', 'unknown']),
  text: z.string(),
});
export const account = z.object({
  id: z.int(),
  name: z.string(),
  baseUrl: z.string(),
  mailchimpAccountId: z.string(),
});
export const audienceChoice = z.object({
  id: z.string(),
  name: z.string(),
  subscribed: count,
  problems: z.array(z.string()),
});
export const groupChoice = z.object({
  id: z.int(),
  title: z.string(),
  people: count.nullable(),
  problems: z.array(z.string()),
});
/** What of an audience and a site can be paired besides the people. */
export const pairable = z.object({
  interests: z.array(z.object({ id: z.string(), name: z.string(), category: z.string() })),
  mergeFields: z.array(z.object({ tag: z.string(), name: z.string(), type: z.string() })),
  contactFields: z.array(z.object({ path: z.string(), title: z.string() })),
  tags: z.array(z.string()),
});

const limit = z.union([
  z.object({ kind: z.literal('share'), share: z.number() }),
  z.object({ kind: z.literal('number'), people: count }),
  z.object({ kind: z.literal('none') }),
]);
export const policies = z.looseObject({
  removal: z.string(),
  reconfirm: z.string(),
  doubleOptIn: z.string(),
  firstSync: z.string(),
  limits: z.partialRecord(z.enum(CATEGORIES), limit),
  every: z.string().nullable(),
  fullCron: z.string().nullable(),
});

export const connection = z.object({
  id: z.int(),
  accountId: z.int(),
  siteId: z.int(),
  audienceId: z.string(),
  audienceName: z.string(),
  groupId: z.int(),
  groupTitle: z.string(),
  state: z.enum(['active', 'paused', 'faulted']),
  fault: z.object({ code: z.string(), message: z.string() }).nullable(),
  firstSyncedAt: maybeMoment,
  fullSyncedAt: maybeMoment,
  syncedAt: maybeMoment,
});
export const settings = z.object({
  policies,
  interests: z.array(z.object({ interestId: z.string(), groupId: z.int() })),
  mappings: z.array(z.object({ fieldPath: z.string(), mergeTag: z.string(), direction: z.string() })),
  tags: z.array(z.string()),
});

const verdict = z.object({
  category: z.enum(CATEGORIES),
  people: count,
  allowed: count.nullable(),
  verdict: z.enum(['safe', 'held']),
  why: z.string(),
});
export const run = z.object({
  id: z.int(),
  connectionId: z.int(),
  mode: z.enum(['full', 'incremental']),
  purpose: z.enum(['sync', 'plan']),
  state: z.enum(RUN_STATES),
  requestedBy: z.string(),
  plan: z.array(verdict),
  requests: z.object({ mailchimp: count, civicrm: count }),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  createdAt: moment,
  finishedAt: maybeMoment,
});
export const stage = z.object({
  stage: z.string(),
  state: z.enum(['waiting', 'running', 'done', 'failed']),
  total: count,
  done: count,
  startedAt: maybeMoment,
  finishedAt: maybeMoment,
});
export const runReport = z.object({
  run,
  stages: z.array(stage),
  counts: z.record(z.string(), count),
  tookMs: count,
});
export const started = z.object({ runId: z.int() });

export const status = z.object({
  connection,
  situation: z.object({ kind: z.string(), people: count.optional() }),
  bySyncStatus: z.record(z.enum(SYNC_STATUSES), count),
  open: z.object({ queued: count, submitted: count }),
  running: z.object({ run, stages: z.array(stage) }).nullable(),
  held: run.nullable(),
  next: z.object({ incremental: maybeMoment, full: maybeMoment }),
});
export const overview = z.object({
  writingStoppedAt: maybeMoment,
  workers: count.nullable().describe('Null: the queue does not answer.'),
  alerts: z.array(
    z.object({ level: z.enum(['bad', 'attention']), connectionId: z.int().nullable(), text: z.string() }),
  ),
  connections: z.array(status),
});

const refusedPeople = z.object({ reason: z.enum(REFUSAL_REASONS), people: count });
export const balance = z.object({
  mailchimp: z.object({
    subscribed: count,
    toAdd: count,
    toRemove: count,
    asked: count,
    waiting: count,
    cannotSubscribe: z.array(refusedPeople),
    cannotJoin: z.array(refusedPeople),
    unconfirmed: count,
    sharing: count,
    total: count,
  }),
  civicrm: z.object({ added: count, toAdd: count, toRemove: count, total: count }),
  undecided: z.object({ mailchimp: count, civicrm: count }),
  isBalanced: z.boolean(),
});
export const size = z.object({
  day: moment,
  mailchimp: count,
  civicrm: count,
  changedAtMailchimp: count,
  changedInCivicrm: count,
});
export const batch = z.object({
  id: z.int(),
  remoteId: z.string().nullable(),
  state: z.enum(['claimed', 'submitted', 'settled', 'lost']),
  operations: count,
  finished: count,
  outcomes: z.record(z.string(), count),
  claimedAt: moment,
  submittedAt: maybeMoment,
  settledAt: maybeMoment,
});
export const logLine = z.object({
  id: z.int(),
  runId: z.int(),
  at: moment,
  level: z.enum(['info', 'warn', 'error']),
  stage: z.string().nullable(),
  text: z.string(),
});

export const personSummary = z.object({
  id: z.int(),
  addressKey: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  contactId: z.int().nullable(),
  contactState: z.string().nullable(),
  mailchimpStatus: z.string().nullable(),
  groupStatus: z.string().nullable(),
  syncStatus: z.enum(SYNC_STATUSES),
  rule: z.string().nullable(),
  reason: z.enum(REFUSAL_REASONS).nullable(),
  updatedAt: moment,
});
export const peoplePage = z.object({
  people: z.array(personSummary),
  /** For `after` of the next call; null: this is the last page. */
  next: z.string().nullable(),
});
const facts = z.looseObject({});
export const personLink = z.object({
  memberId: z.int(),
  mailchimp: facts.nullable(),
  civicrm: facts.nullable(),
  base: facts.nullable(),
  isCovered: z.boolean(),
  places: z.object({ civicrm: z.string().nullable(), mailchimp: z.string().nullable() }),
  syncStatus: z.enum(SYNC_STATUSES),
  rule: z.object({ id: z.enum(RULE_IDS), words: z.string() }).nullable(),
  reason: z.object({ code: z.enum(REFUSAL_REASONS), what: z.string(), remedy: z.string() }).nullable(),
  warnings: z.array(z.string()),
  next: z.object({ text: z.string(), at: maybeMoment, heldIn: z.int().nullable() }),
  decisions: z.array(
    z.object({
      id: z.int(),
      runId: z.int().nullable(),
      kind: z.string(),
      rule: z.string(),
      words: z.string(),
      writes: z.array(z.string()),
      reason: z.string().nullable(),
      state: z.enum(DECISION_STATES),
      decidedBy: z.string().nullable(),
      createdAt: moment,
      facts,
      updates: z.array(
        z.object({
          id: z.int(),
          kind: z.string(),
          state: z.string(),
          attempts: count,
          answer: z.string().nullable(),
          submittedAt: maybeMoment,
          settledAt: maybeMoment,
        }),
      ),
    }),
  ),
});
export const problemCounts = z.object({
  refused: z.array(
    z.object({ reason: z.enum(REFUSAL_REASONS), people: count, what: z.string(), remedy: z.string() }),
  ),
  warnings: z.array(z.object({ code: z.string(), people: count, text: z.string() })),
  flags: z.array(z.object({ code: z.string(), people: count })),
});

export const planGroup = z.object({
  rule: z.enum(RULE_IDS),
  category: z.enum(CATEGORIES),
  state: z.enum(DECISION_STATES),
  people: count,
  words: z.string(),
});
export const planRefusals = z.array(refusedPeople.extend({ what: z.string(), remedy: z.string() }));
export const plannedChange = z.object({
  id: z.int(),
  memberId: z.int(),
  address: z.string(),
  contactId: z.int().nullable(),
  rule: z.enum(RULE_IDS),
  category: z.enum(CATEGORIES),
  state: z.enum(DECISION_STATES),
  decidedBy: z.string().nullable(),
  writes: z.array(z.string()),
  facts,
});
export const act = z.object({
  id: z.int(),
  at: moment,
  who: z.string(),
  kind: z.enum(ACT_KINDS),
  connectionId: z.int().nullable(),
  runId: z.int().nullable(),
  note: z.string(),
});

/** RFC 9457. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  problems: z.array(z.string()).optional(),
  reference: z.string().optional(),
});
