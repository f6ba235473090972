import type { RunId } from '../domain/ids.ts';
import type { Db } from './db.ts';
import { listStages } from './run-stages.ts';
import { getRun, type Run } from './runs.ts';

/** What a run did, in people (architecture.md, "Command line": `sync --wait --json`). */
export interface RunCounts {
  readonly fetched: number;
  readonly created: number;
  readonly addedToGroup: number;
  readonly removedFromGroup: number;
  readonly subscribed: number;
  readonly unsubscribed: number;
  readonly archived: number;
  /** Permanently deleted at Mailchimp (E12, by policy). */
  readonly erased: number;
  /** Asked by Mailchimp to confirm. */
  readonly pending: number;
  /** Interests, merge fields or tags changed at Mailchimp, beside a change of status. */
  readonly profilesChanged: number;
  /** Members who got their contact's address (A2). */
  readonly addressesMoved: number;
  /** Contacts who got their member's address (A1). */
  readonly addressesAdded: number;
  /** Contacts of whom an address was found dead at Mailchimp (E3). */
  readonly putOnHold: number;
  readonly addedToInterestGroups: number;
  readonly removedFromInterestGroups: number;
  /** Contacts of whom fields were written. */
  readonly fieldsWritten: number;
  /** Members that belong to another contact now (A4); nothing is written for that. */
  readonly relinked: number;
  readonly refused: number;
  readonly unchanged: number;
  /** Planned and waiting for approval. */
  readonly held: number;
  /** Mailchimp has not said yet. */
  readonly open: number;
}

export interface RunReport {
  readonly run: Run;
  readonly counts: RunCounts;
  readonly requests: Run['requests'];
  readonly tookMs: number;
}

export async function reportRun(db: Db, id: RunId): Promise<RunReport> {
  const run = await getRun(db, id);
  const [stages, updates, refused, held, relinked] = await Promise.all([
    listStages(db, id),
    countByKind(db, id),
    db.decision.count({ where: { runId: id, kind: 'refuse' } }),
    db.decision.count({ where: { runId: id, state: 'held', category: { not: null } } }),
    db.decision.count({ where: { runId: id, kind: 'relink', leadId: null } }),
  ]);
  const stageCount = (stage: string, name: string) =>
    stages.find((one) => one.stage === stage)?.counts[name] ?? 0;
  const counts: RunCounts = {
    fetched: stageCount('fetch-mailchimp', 'fetched'),
    created: run.counts['created'] ?? 0,
    addedToGroup: run.counts['addedToGroup'] ?? 0,
    removedFromGroup: run.counts['removedFromGroup'] ?? 0,
    subscribed: updates.confirmed('subscribe', 'subscribed'),
    unsubscribed: updates.confirmed('unsubscribe') + updates.confirmed('withdraw'),
    archived: updates.confirmed('archive'),
    erased: updates.confirmed('erase'),
    pending: updates.confirmed('ask') + updates.confirmed('subscribe', 'pending'),
    profilesChanged: updates.confirmed('update'),
    addressesMoved: updates.confirmed('move'),
    addressesAdded: run.counts['addressesAdded'] ?? 0,
    putOnHold: run.counts['putOnHold'] ?? 0,
    addedToInterestGroups: run.counts['addedToInterestGroups'] ?? 0,
    removedFromInterestGroups: run.counts['removedFromInterestGroups'] ?? 0,
    fieldsWritten: run.counts['fieldsWritten'] ?? 0,
    relinked,
    refused: refused + updates.rejected,
    unchanged: stageCount('reconcile', 'agreed'),
    held,
    open: updates.open,
  };
  return {
    run,
    counts,
    requests: run.requests,
    tookMs: (await lastMoment(db, run)) - run.createdAt.getTime(),
  };
}

async function countByKind(db: Db, id: RunId) {
  const rows = await db.update.groupBy({
    by: ['kind', 'state', 'wantedStatus', 'reason'],
    where: { runId: id },
    _count: { _all: true },
  });
  const sum = (fits: (row: (typeof rows)[number]) => boolean) =>
    rows.filter(fits).reduce((total, row) => total + row._count._all, 0);
  return {
    confirmed: (kind: string, wanted?: string) =>
      sum(
        (row) =>
          row.state === 'confirmed' &&
          row.kind === kind &&
          (wanted === undefined || row.wantedStatus === wanted),
      ),
    /** In words; what became a fact was decided afresh, and is counted there. */
    rejected: sum((row) => row.state === 'refused' && row.reason === 'rejected'),
    open: sum((row) => row.state === 'queued' || row.state === 'submitted'),
  };
}

/** The run's end, or that of its last update. Milliseconds. */
async function lastMoment(db: Db, { id, finishedAt }: Run): Promise<number> {
  const { _max: last } = await db.update.aggregate({ where: { runId: id }, _max: { settledAt: true } });
  return Math.max(finishedAt?.getTime() ?? Date.now(), last.settledAt?.getTime() ?? 0);
}
