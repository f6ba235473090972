import { beforeEach, describe, expect, test } from 'vitest';
import { useTestStore } from '../../testing/test-store.ts';
import { memberId } from '../domain/ids.ts';
import { DAY_MS } from '../domain/instant.ts';
import type { Connection } from './connections.ts';
import { forgetMembers } from './forget-person.ts';
import { pruneHistory } from './retention.ts';

const data = useTestStore();
const NOW = Date.UTC(2026, 4, 1);
const daysAgo = (days: number) => new Date(NOW - days * DAY_MS);
const KEPT_DAYS = 400;
const prune = () => pruneHistory(data.store(), daysAgo(KEPT_DAYS), new AbortController().signal);

let connection: Connection;
let people = 0;

beforeEach(async () => {
  connection = await data.connect();
});

/** Somebody of the connection. */
async function person(): Promise<number> {
  people += 1;
  const { id } = await data.store().db.member.create({
    data: { connectionId: connection.id, addressKey: `p${people}@charity.test`, contactId: people },
  });
  return id;
}

async function runAt(days: number, state = 'done'): Promise<number> {
  const at = daysAgo(days);
  const common = { connectionId: connection.id, mode: 'full', requestedBy: 'test' };
  const stages = { create: [{ stage: 'probe', chunks: { create: [{ number: 0, input: {} }] } }] };
  const { id } = await data
    .store()
    .db.run.create({ data: { ...common, state, createdAt: at, finishedAt: at, stages } });
  return id;
}

interface Made {
  readonly days: number;
  readonly kind?: string;
  readonly state?: string;
  readonly run?: number;
}

async function decide(memberId: number, { days, kind = 'change', state = 'recorded', run }: Made) {
  const { id } = await data.store().db.decision.create({
    data: {
      connectionId: connection.id,
      memberId,
      kind,
      rule: 'R1',
      facts: {},
      fingerprint: '',
      state,
      createdAt: daysAgo(days),
      ...(run !== undefined && { runId: run }),
    },
  });
  return id;
}

async function update(
  memberId: number,
  decisionId: number,
  { days, kind = 'subscribe', state = 'confirmed' }: Made,
) {
  const isOpen = state === 'queued' || state === 'submitted';
  const { id } = await data.store().db.update.create({
    data: {
      connectionId: connection.id,
      memberId,
      decisionId,
      kind,
      calls: [],
      state,
      createdAt: daysAgo(days),
      settledAt: isOpen ? null : daysAgo(days),
    },
  });
  return id;
}

const ids = async (rows: Promise<readonly { readonly id: number }[]>) => (await rows).map(({ id }) => id);
const decisions = () =>
  ids(data.store().db.decision.findMany({ where: { connectionId: connection.id }, orderBy: { id: 'asc' } }));
const updates = () =>
  ids(data.store().db.update.findMany({ where: { connectionId: connection.id }, orderBy: { id: 'asc' } }));
const runs = () =>
  ids(data.store().db.run.findMany({ where: { connectionId: connection.id }, orderBy: { id: 'asc' } }));

describe('pruning', () => {
  test('old decisions go, but the newest of each person stays, however old', async () => {
    const wilma = await person();
    await decide(wilma, { days: 900 });
    const newest = await decide(wilma, { days: 800 });
    await prune();
    expect(await decisions()).toEqual([newest]);
  });

  test('what is younger stays', async () => {
    const wilma = await person();
    const all = [await decide(wilma, { days: 399 }), await decide(wilma, { days: 10 })];
    await prune();
    expect(await decisions()).toEqual(all);
  });

  test('what the base and a refusal rest on stays: the newest that was applied, and the newest that refused', async () => {
    const wilma = await person();
    await decide(wilma, { days: 990, state: 'applied' });
    const applied = await decide(wilma, { days: 980, state: 'applied' });
    await decide(wilma, { days: 970, kind: 'refuse' });
    const refused = await decide(wilma, { days: 960, kind: 'refuse' });
    const newest = await decide(wilma, { days: 950 });
    await prune();
    expect(await decisions()).toEqual([applied, refused, newest]);
  });

  test('what waits for approval stays', async () => {
    const wilma = await person();
    const held = await decide(wilma, { days: 990, state: 'held' });
    const newest = await decide(wilma, { days: 5 });
    await prune();
    expect(await decisions()).toEqual([held, newest]);
  });

  test('a decision that another one follows goes only after it', async () => {
    const [wilma, fred] = [await person(), await person()];
    const lead = await decide(wilma, { days: 990 });
    const follower = await decide(fred, { days: 990, kind: 'follow' });
    const { db } = data.store();
    await db.decision.update({ where: { id: follower }, data: { leadId: lead } });
    const newest = [await decide(wilma, { days: 5 })];
    await prune();
    expect(await decisions()).toEqual([lead, follower, ...newest]);
    newest.push(await decide(fred, { days: 5 }));
    await prune();
    await prune();
    expect(await decisions()).toEqual(newest);
  });

  test('settled updates go, and their decisions with them; open ones and the newest ask stay', async () => {
    const wilma = await person();
    const [first, second, third] = [
      await decide(wilma, { days: 990 }),
      await decide(wilma, { days: 980 }),
      await decide(wilma, { days: 970 }),
    ];
    await update(wilma, first ?? 0, { days: 990, kind: 'ask' });
    const ask = await update(wilma, second ?? 0, { days: 980, kind: 'ask' });
    const open = await update(wilma, third ?? 0, { days: 970, state: 'submitted' });
    const newest = await decide(wilma, { days: 5 });
    await prune();
    expect(await updates()).toEqual([ask, open]);
    expect(await decisions()).toEqual([second, third, newest]);
  });

  test('old runs go with their stages and pieces; the newest of a connection, one that waits, and one that is named stay', async () => {
    await runAt(900);
    const held = await runAt(890, 'held');
    const named = await runAt(880);
    const newest = await runAt(870);
    await decide(await person(), { days: 880, run: named });
    await prune();
    expect(await runs()).toEqual([held, named, newest]);
    const stages = await data
      .store()
      .db.runStage.findMany({ where: { run: { connectionId: connection.id } } });
    expect(stages.map(({ runId }) => runId)).toEqual([held, named, newest]);
  });

  test('what was decided about somebody who was forgotten goes by its age alone, asks and refusals too', async () => {
    const wilma = await person();
    const old = [
      await decide(wilma, { days: 990, state: 'applied' }),
      await decide(wilma, { days: 980, kind: 'refuse' }),
      await decide(wilma, { days: 970 }),
    ];
    await update(wilma, old[0] ?? 0, { days: 990, kind: 'ask' });
    const younger = await decide(wilma, { days: 399, state: 'applied' });
    const ask = await update(wilma, younger, { days: 399, kind: 'ask' });
    await data.store().transaction((tx) => forgetMembers(tx, connection.id, [memberId(wilma)], []));
    expect(await prune()).toMatchObject({ updates: 1, decisions: 3 });
    expect([await updates(), await decisions()]).toEqual([[ask], [younger]]);
  });

  test('more than one step at a time can be pruned, and it says how much', async () => {
    const wilma = await person();
    await data.store().db.$executeRaw`
      INSERT INTO decisions (connection_id, member_id, kind, rule, facts, fingerprint, state, created_at)
      SELECT ${connection.id}, ${wilma}, 'change', 'R1', '{}', '', 'recorded', ${daysAgo(900)} FROM generate_series(1, 12000)`;
    expect(await prune()).toMatchObject({ decisions: 11_999 });
    expect(await decisions()).toHaveLength(1);
  });

  test('told to stop it stops, and the next time does the rest', async () => {
    const wilma = await person();
    await decide(wilma, { days: 900 });
    await decide(wilma, { days: 800 });
    await expect(
      pruneHistory(data.store(), daysAgo(400), AbortSignal.abort(new Error('stop'))),
    ).rejects.toThrow('stop');
    expect(await decisions()).toHaveLength(2);
    expect(await prune()).toMatchObject({ decisions: 1 });
  });
});
