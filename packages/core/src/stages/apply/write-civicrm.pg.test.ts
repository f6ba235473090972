import { channel } from 'node:diagnostics_channel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { driveMailchimp, driveRun, LOST_QUEUES, takeOver } from '../../../testing/drive-run.ts';
import { openSmallInstallation, type Process } from '../../../testing/small-installation.ts';
import type { RunId } from '../../domain/ids.ts';
import { HOUR_MS } from '../../domain/instant.ts';
import type { RunMode } from '../../domain/run.ts';
import { startRun } from '../../queue/run-control.ts';
import { STEP_CHANNEL, type Step } from '../../step-boundary.ts';
import type { Connection } from '../../store/connections.ts';

let installation: Awaited<ReturnType<typeof openSmallInstallation>>;
beforeAll(async () => {
  installation = await openSmallInstallation();
});
afterAll(() => installation.close());

const civicrm = () => installation.sandbox.civicrm.world;
const people = () => installation.sandbox.mailchimp.world.people;

/** Wilma and Fred, who are in on both sides. */
async function agreed() {
  const { sandbox } = installation;
  const listId = sandbox.mailchimp.world.addAudience(sandbox.mailchimp.accountId, { name: 'Newsletter' }).id;
  const groupId = civicrm().createGroup(`Newsletter ${listId}`);
  const connection = await installation.connect({ listId, groupId }, NO_LIMITS);
  const join = (name: string) => {
    const address = `${name}@${listId}.test`;
    const id = civicrm().createContact({ firstName: name, emails: [address] });
    civicrm().addToGroup(groupId, id);
    people().signUp(listId, { email: address });
    return { address, id };
  };
  const scene = { listId, groupId, connection, wilma: join('wilma'), fred: join('fred') };
  await sync(connection, null, 'full');
  return scene;
}

const NO_LIMITS = ['removed-in-civicrm', 'created'].map((category) => `limits.${category}=none`);

/** One sync. At the step the process is killed, and another one takes the run over. */
async function sync(
  connection: Connection,
  killAt: Step | null,
  mode: RunMode = 'incremental',
): Promise<RunId> {
  installation.sandbox.clock.advance(HOUR_MS);
  const asked = {
    connectionId: connection.id,
    mode,
    purpose: 'sync',
    approval: 'all',
    requestedBy: 'test',
  } as const;
  const started = await startRun(installation.store, LOST_QUEUES, asked);
  if (started.kind === 'busy') throw new Error(`run ${started.holder} holds the connection`);
  if (killAt !== null) await dieAt(killAt, started.runId);
  const process = await installation.startProcess();
  await takeOver(process.env, started.runId);
  expect(await driveRun(process.env, started.runId)).toBe('done');
  await driveMailchimp(process.env, connection.id);
  await process.end();
  return started.runId;
}

async function dieAt(step: Step, run: RunId): Promise<void> {
  const process = await installation.startProcess();
  const kill = (passed: unknown) => {
    if (passed === step) process.line.cut();
  };
  const steps = channel(STEP_CHANNEL);
  steps.subscribe(kill);
  await expect(Promise.race([driveRun(process.env, run), isDead(process)])).rejects.toThrow();
  steps.unsubscribe(kill);
  expect(process.line.isDead()).toBe(true);
  await process.end();
}

async function isDead({ line }: Process): Promise<never> {
  await line.isCut;
  throw new Error('killed');
}

const decided = async (run: RunId) => {
  const rows = await installation.store.db.decision.findMany({
    where: { runId: run },
    orderBy: { id: 'asc' },
  });
  return rows.map(({ rule, state }) => `${rule} ${state}`);
};
const rowOf = async ({ id }: Connection, contactId: number) => {
  const [row, ...more] = await installation.store.db.member.findMany({
    where: { connectionId: id, contactId },
  });
  expect(more).toEqual([]);
  return row;
};
const addressesOf = (contactId: number) =>
  civicrm()
    .emailsOf(contactId)
    .map(({ email, is_bulkmail: isBulk, on_hold: hold }) => [email, isBulk, hold]);

test('A1: killed when the address was added, before it is on record: the next process adds no other, and it is on record as done', async () => {
  const { connection, listId, wilma } = await agreed();
  const fresh = `new@${listId}.test`;
  people().changeAddress(listId, wilma.address, fresh);
  const run = await sync(connection, 'addresses-added');
  expect(addressesOf(wilma.id)).toEqual([
    [wilma.address, false, 0],
    [fresh, true, 0],
  ]);
  expect(await decided(run)).toEqual(['A1 applied']);
  expect(await rowOf(connection, wilma.id)).toMatchObject({
    contactAddresses: [fresh, wilma.address],
    syncStatus: 'ok',
    movedFrom: null,
    partedBy: null,
    baseSide: 'in',
  });
  expect(await decided(await sync(connection, null))).toEqual([]);
});

test.each(['group-removed', 'addresses-held'] as const)(
  'E3: killed at %s: the address is on hold all the same, and the removal is on record',
  async (step) => {
    const { connection, listId, groupId, wilma } = await agreed();
    people().bounce(listId, wilma.address);
    const run = await sync(connection, step);
    expect(civicrm().statusOf(groupId, wilma.id)).toBe('Removed');
    expect(addressesOf(wilma.id)).toEqual([[wilma.address, false, 1]]);
    expect(await decided(run)).toEqual(['R4a applied']);
    expect(await rowOf(connection, wilma.id)).toMatchObject({ baseSide: 'out' });
    expect(await decided(await sync(connection, null))).toEqual([]);
  },
);

test('killed at group-added: who was added is on record as added by this run', async () => {
  const { connection, listId, groupId, fred } = await agreed();
  people().unsubscribeSelf(listId, fred.address);
  await sync(connection, null);
  people().signUp(listId, { email: fred.address });
  const run = await sync(connection, 'group-added');
  expect(civicrm().statusOf(groupId, fred.id)).toBe('Added');
  expect(await decided(run)).toEqual(['R3b applied']);
  expect(await rowOf(connection, fred.id)).toMatchObject({ syncStatus: 'ok', baseSide: 'in' });
});
