import { isForMailchimp, type Write } from '../../domain/decision.ts';
import type { ContactId } from '../../domain/ids.ts';
import type { AddressWrite, PartialWrite } from '../../gateways/civicrm/civicrm.ts';
import { passStep } from '../../step-boundary.ts';
import { confirmDecisions } from '../../store/bases.ts';
import { recordUndone } from '../../store/carried-out.ts';
import {
  type ApprovedDecision,
  listApproved,
  listApprovedRanges,
  recordApplied,
  recordHalfDone,
  recordStale,
} from '../../store/decisions.ts';
import { recordAddedAddresses, recordCoveredBy, recordGroupStatus } from '../../store/fresh-links.ts';
import { splitIfFit } from '../check-places.ts';
import { compareAtOnce } from '../compare-at-once.ts';
import { confirmCivicrmProfiles } from '../confirm-profiles.ts';
import type { ApplyContext, Stage } from '../stage.ts';
import { type Rechecked, recheck } from './recheck.ts';
import { undoAddresses } from './undo-addresses.ts';
import { markOf } from './write-mark.ts';
import { writeProfiles } from './write-profiles.ts';

const DECISIONS_AT_ONCE = 200;
const KINDS = [
  'add-to-group',
  'remove-from-group',
  'put-on-hold',
  'add-address',
  'take-off-hold',
  'remove-address',
  'add-to-interest-group',
  'remove-from-interest-group',
  'write-fields',
] as const satisfies readonly Write['kind'][];

interface IdRange {
  readonly from: number;
  readonly to: number;
}

/** Changes of the group and of interest groups, holds, addresses and fields, made at once; what CiviCRM accepted is agreed, and the base moves (rules section 1). */
export const writeCivicrm: Stage<ApplyContext, IdRange> = {
  name: 'write-civicrm',
  split: async (ctx) =>
    splitIfFit(ctx, await listApprovedRanges(ctx.store.db, ctx.run.id, KINDS, DECISIONS_AT_ONCE)),
  async work(ctx, range) {
    const { store, run, lease, connection } = ctx;
    const standing = await recheck(ctx, await listApproved(store.db, run.id, KINDS, range));
    const added = await addToGroup(ctx, contactsFor(standing, 'add-to-group'));
    if (added.written.length > 0) passStep('group-added');
    const removed = await removeFromGroup(ctx, contactsFor(standing, 'remove-from-group'));
    if (removed.written.length > 0) passStep('group-removed');
    const held = await putOnHold(ctx, standing);
    if (held.written.length > 0) passStep('addresses-held');
    const profiles = await writeProfiles(ctx, standing);
    const addressed = await addAddresses(ctx, standing);
    if (addressed.written.length > 0) passStep('addresses-added');
    const undone = await undoAddresses(ctx, standing);
    const failed = new Set(
      [added, removed, held, profiles, addressed, undone].flatMap((part) =>
        part.failed.map((one) => one.contactId),
      ),
    );
    const [made, left] = partition(standing, failed);
    // The Mailchimp part of the others is still to be queued.
    const halves = made.filter(({ writes }) => writes.some(isForMailchimp));
    const done = made.filter((decision) => !halves.includes(decision));
    await store.fenced(lease, async (tx) => {
      // Read back before the addresses were added.
      await profiles.record(tx);
      await recordGroupStatus(tx, connection.id, added.written, 'Added');
      // Those too whom an earlier try has added.
      await recordCoveredBy(
        tx,
        connection.id,
        contactsFor(standing, 'add-to-group').filter((id) => !failed.has(id)),
      );
      await recordGroupStatus(tx, connection.id, removed.written, 'Removed');
      await recordAddedAddresses(
        tx,
        connection.id,
        made.flatMap(({ writes }) => writes.flatMap(toAddress)),
      );
      await undone.record(tx);
      await confirmCivicrmProfiles(
        tx,
        made.map(({ id }) => id),
        connection.pairings.mappings,
      );
      await recordApplied(
        tx,
        done.map(({ id }) => id),
      );
      await recordHalfDone(
        tx,
        halves.map(({ id }) => id),
      );
      const agreed = made.filter(isAgreedNow).map(({ id }) => id);
      await confirmDecisions(tx, agreed);
      await compareAtOnce(tx, ctx, agreed);
      if (run.purpose === 'undo')
        await recordUndone(
          tx,
          made.map(({ id }) => id),
        );
      await recordStale(
        tx,
        left.map(({ id }) => id),
      );
    });
    passStep('group-recorded');
    await tellFailures(ctx, left.length);
    return {
      addedToGroup: added.written.length,
      removedFromGroup: removed.written.length,
      putOnHold: held.written.length,
      addressesAdded: addressed.written.length,
      ...profiles.counts,
    };
  },
  join: () => Promise.resolve({ kind: 'done', counts: {} }),
};

/** Whether Mailchimp has no say any more in whether they are in. */
const isAgreedNow = ({ kind, writes }: ApprovedDecision): boolean =>
  kind === 'change' &&
  !writes.some((write) => write.kind === 'subscribe' || write.kind === 'remove-at-mailchimp');

const NOTHING: PartialWrite = { written: [], failed: [] };

const contactsFor = (
  standing: readonly Rechecked[],
  kind: 'add-to-group' | 'remove-from-group',
): readonly ContactId[] => [
  ...new Set(
    standing.flatMap(({ decision }) =>
      decision.writes.flatMap((write) => (write.kind === kind ? write.contactId : [])),
    ),
  ),
];

async function addToGroup(
  { civicrmWriter, connection, signal, ...ctx }: ApplyContext,
  ids: readonly ContactId[],
): Promise<PartialWrite> {
  return ids.length === 0
    ? NOTHING
    : await civicrmWriter.addToGroup(connection.groupId, ids, markOf(ctx), signal);
}

async function removeFromGroup(
  { civicrmWriter, connection, signal, ...ctx }: ApplyContext,
  ids: readonly ContactId[],
): Promise<PartialWrite> {
  return ids.length === 0
    ? NOTHING
    : await civicrmWriter.removeFromGroup(connection.groupId, ids, markOf(ctx), signal);
}

async function putOnHold(
  { civicrmWriter, signal }: ApplyContext,
  standing: readonly Rechecked[],
): Promise<PartialWrite> {
  const holds = standing.flatMap(({ decision }) =>
    decision.writes.flatMap((write) => (write.kind === 'put-on-hold' ? write : [])),
  );
  return holds.length === 0 ? NOTHING : await civicrmWriter.putOnHold(holds, signal);
}

async function addAddresses(
  { civicrmWriter, signal }: ApplyContext,
  standing: readonly Rechecked[],
): Promise<PartialWrite> {
  const writes = standing.flatMap(({ decision }) => decision.writes.flatMap(toAddress));
  return writes.length === 0 ? NOTHING : await civicrmWriter.addAddresses(writes, signal);
}

const toAddress = (write: Write): readonly AddressWrite[] => (write.kind === 'add-address' ? [write] : []);

function partition(
  standing: readonly Rechecked[],
  failed: ReadonlySet<ContactId>,
): readonly [readonly ApprovedDecision[], readonly ApprovedDecision[]] {
  const hasFailed = ({ writes }: ApprovedDecision) =>
    writes.some((write) => 'contactId' in write && failed.has(write.contactId));
  const decisions = standing.map(({ decision }) => decision);
  return [decisions.filter((decision) => !hasFailed(decision)), decisions.filter(hasFailed)];
}

async function tellFailures(ctx: ApplyContext, failures: number): Promise<void> {
  if (failures > 0)
    await ctx.tell('warn', `CiviCRM would not change ${failures} contacts; the next run looks at them again`);
}
