import { expect, test } from 'vitest';
import { type Started, useTestStore } from '../../testing/test-store.ts';
import { contactId } from '../domain/ids.ts';
import { recordFetchedContacts } from './fetched-contacts.ts';
import { relinkContacts } from './lost-contacts.ts';

const { store, connect, startRun } = useTestStore();
const LOST = 1;
const SURVIVOR = 2;

type Open = 'queued' | 'submitted';

/** A row of the member `m` and a contact, with an update that is open. */
async function link({ run, lease }: Started, contact: number, state: Open): Promise<number> {
  const { connectionId } = lease;
  const { db } = store();
  const member = await db.member.create({
    data: {
      ...{ connectionId, contactId: contact, contactState: 'live', groupStatus: 'Added' },
      ...{ addressKey: 'wilma@bedrock.test', mailchimpContactId: 'm', syncStatus: 'live' },
    },
  });
  const decision = await db.decision.create({
    data: {
      ...{ connectionId, runId: run.id, memberId: member.id },
      ...{ kind: 'change', rule: '5', state: 'applied', facts: {}, writes: [], fingerprint: '' },
    },
  });
  await db.update.create({
    data: {
      ...{ connectionId, memberId: member.id, decisionId: decision.id },
      ...{ kind: 'profile', calls: [], state },
    },
  });
  return member.id;
}

/** Two contacts of one member, of whom one went into the other; each had something to be written at Mailchimp. */
async function merge(lost: Open, survivor: Open) {
  const started = await startRun(await connect());
  const { run, lease } = started;
  const rows = [await link(started, LOST, lost), await link(started, SURVIVOR, survivor)];
  const relinked = await store().fenced(lease, async (tx) => {
    await recordFetchedContacts(tx, run.id, [
      {
        ...{ contactId: contactId(SURVIVOR), state: 'live', isIndividual: true, group: 'Added' },
        ...{ addresses: ['wilma@bedrock.test'], allAddresses: ['wilma@bedrock.test'], flags: [] },
        ...{ hasHeldAddress: false, modifiedAt: null, hasNewHistory: false },
      } as const,
    ]);
    const survivors = new Map([[contactId(LOST), contactId(SURVIVOR)]]);
    return await relinkContacts(tx, lease.connectionId, run.id, survivors);
  });
  const members = await store().db.member.findMany({ where: { id: { in: rows } }, orderBy: { id: 'asc' } });
  const updates = await store().db.update.findMany({
    where: { connectionId: lease.connectionId },
    orderBy: { id: 'asc' },
  });
  return {
    relinked,
    members: members.map((row) => [rows.indexOf(row.id), row.contactId, row.syncStatus]),
    updates: updates.map((update) => [rows.indexOf(update.memberId ?? 0), update.state]),
  };
}

test('E13: of two updates that are only queued none is sent, and the person is looked at anew', async () => {
  expect(await merge('queued', 'queued')).toEqual({
    relinked: 1,
    members: [[1, SURVIVOR, 'todo']],
    updates: [
      [1, 'withdrawn'],
      [1, 'withdrawn'],
    ],
  });
});

test.each([
  ['submitted', 'queued', ['submitted', 'withdrawn']],
  ['queued', 'submitted', ['withdrawn', 'submitted']],
] as const)('E13: the one that is at Mailchimp stays (%s, %s)', async (lost, survivor, [first, second]) => {
  expect(await merge(lost, survivor)).toEqual({
    relinked: 1,
    members: [[1, SURVIVOR, 'live']],
    updates: [
      [1, first],
      [1, second],
    ],
  });
});

test('E13: where both are at Mailchimp the rows wait for the next run', async () => {
  expect(await merge('submitted', 'submitted')).toEqual({
    relinked: 0,
    members: [
      [0, LOST, 'live'],
      [1, SURVIVOR, 'live'],
    ],
    updates: [
      [0, 'submitted'],
      [1, 'submitted'],
    ],
  });
});
