import { describe, expect, test, vi } from 'vitest';
import { subscriberHash } from '../../domain/email.ts';
import { type AudienceId, audienceId } from '../../domain/ids.ts';
import { MINUTE_MS } from '../../domain/instant.ts';
import type { MemberCall, MemberRecord } from '../../domain/mailchimp-call.ts';
import type {
  BatchOperation,
  MailchimpReader,
  MailchimpWriter,
  MemberList,
  OperationResult,
} from './mailchimp.ts';

/** An account on which the suite may act: an audience of its own, and addresses that were never in it and that Mailchimp takes. */
export interface MailchimpContractWorld {
  readonly reader: MailchimpReader;
  readonly writer: MailchimpWriter;
  readonly audience: AudienceId;
  readonly newAddress: () => string;
  /** Mailchimp's clock, in milliseconds. */
  readonly now: () => number;
}

const NOBODY = audienceId('0000000000');
/** A batch of a few operations takes seconds at the real one. */
const MOST_WAIT = { timeout: MINUTE_MS, interval: 50 };
const signal = new AbortController().signal;

/** What every implementation of the Mailchimp gateway must do, and what a stand-in for Mailchimp must answer. */
export function describeMailchimpContract(name: string, start: () => Promise<MailchimpContractWorld>): void {
  describe(`Mailchimp: ${name}`, () => {
    describeReading(start);
    describeCalls(start);
    describeBatches(start);
  });
}

function describeReading(start: () => Promise<MailchimpContractWorld>): void {
  test('tells whose account it is and what the audience is called', async () => {
    const { reader, audience } = await start();
    expect((await reader.fetchAccount(signal)).accountId).not.toBe('');
    expect(await reader.fetchAudience(audience, signal)).toMatchObject({ id: audience });
  });

  test('says of an audience that is not there that it is not, and of its members that it is missing', async () => {
    const { reader } = await start();
    const everybody = { list: 'default', window: null } as const;
    const missing = { name: 'FaultError', code: 'MAILCHIMP_AUDIENCE_MISSING' };
    expect(await reader.fetchAudience(NOBODY, signal)).toBeNull();
    await expect(reader.countMembers(NOBODY, everybody, signal)).rejects.toMatchObject(missing);
    await expect(reader.fetchMember(NOBODY, '0'.repeat(32), signal)).rejects.toMatchObject(missing);
  });

  test('finds a member by contact id, hash and address, and nobody by another', async () => {
    const world = await start();
    const member = await subscribe(world);
    for (const key of [member.contactId, member.id, member.address]) {
      expect(await world.reader.fetchMember(world.audience, key, signal)).toEqual(member);
    }
    expect(
      await world.reader.fetchMember(world.audience, subscriberHash(world.newAddress()), signal),
    ).toBeNull();
  });

  test('pages through everybody in order, and gives an empty page beyond the end', async () => {
    const world = await start();
    const members = [];
    for (let i = 0; i < 5; i += 1) members.push(await subscribe(world));
    const pages = [];
    for (const offset of [0, 2, 4, 6]) pages.push(await fetchPage(world, 'default', offset, 2));
    expect(pages.map((page) => page.members.length)).toEqual([2, 2, 1, 0]);
    expect(new Set(pages.map((page) => page.total))).toEqual(new Set([5]));
    const read = pages.flatMap((page) => page.members);
    expect(new Set(read.map(({ contactId }) => contactId))).toEqual(
      new Set(members.map(({ contactId }) => contactId)),
    );
    const dates = read.map(({ changedAt }) => changedAt ?? 0);
    expect(dates).toEqual(dates.toSorted((a, b) => a - b));
  });

  test('reads only what changed within a window, its ends left out', async () => {
    const world = await start();
    const { changedAt } = await subscribe(world);
    const at = changedAt ?? 0;
    const count = (since: number, before: number) =>
      world.reader.countMembers(world.audience, { list: 'default', window: { since, before } }, signal);
    expect(await count(at - 1000, at + 1000)).toBe(1);
    expect(await count(at, at + 1000)).toBe(0);
    expect(await count(at - 1000, at)).toBe(0);
  });

  test('counts who is subscribed, listed and archived', async () => {
    const world = await start();
    const [, left, archived] = [await subscribe(world), await subscribe(world), await subscribe(world)];
    await send(world, { kind: 'patch', key: left.contactId, body: { status: 'unsubscribed' } });
    await send(world, { kind: 'archive', key: archived.contactId });
    expect(await world.reader.fetchCounts(world.audience, signal)).toEqual({
      subscribed: 1,
      listed: 2,
      archived: 1,
    });
  });
}

function describeCalls(start: () => Promise<MailchimpContractWorld>): void {
  test('PUT with status_if_new makes a member, and leaves one who is there alone', async () => {
    const world = await start();
    const member = await subscribe(world);
    await send(world, { kind: 'patch', key: member.contactId, body: { status: 'unsubscribed' } });
    const body = { email_address: member.address, status_if_new: 'subscribed' } as const;
    expect(await send(world, { kind: 'put', key: member.id, body })).toMatchObject({
      kind: 'done',
      member: { contactId: member.contactId, status: 'unsubscribed' },
    });
  });

  test('PATCH unsubscribes, and says that it was an administrator or the API', async () => {
    const world = await start();
    const { contactId } = await subscribe(world);
    const outcome = await send(world, { kind: 'patch', key: contactId, body: { status: 'unsubscribed' } });
    expect(outcome).toMatchObject({ kind: 'done', httpStatus: 200, member: { status: 'unsubscribed' } });
    const read = await world.reader.fetchMember(world.audience, contactId, signal);
    expect(read?.unsubscribeReason).toMatch(/^N\/A/);
  });

  test('archiving takes a member out of the default list only, and PUT with status brings it back as the same one', async () => {
    const world = await start();
    const { contactId, id, address } = await subscribe(world);
    expect(await send(world, { kind: 'archive', key: contactId })).toEqual({
      kind: 'done',
      httpStatus: 204,
      member: null,
    });
    expect((await fetchPage(world, 'default', 0, 10)).members).toEqual([]);
    expect((await fetchPage(world, 'archived', 0, 10)).members).toMatchObject([
      { contactId, status: 'archived' },
    ]);
    expect(await world.reader.fetchMember(world.audience, contactId, signal)).toMatchObject({
      status: 'archived',
    });
    const body = { email_address: address, status: 'subscribed' } as const;
    expect(await send(world, { kind: 'put', key: id, body })).toMatchObject({
      kind: 'done',
      member: { contactId, status: 'subscribed' },
    });
  });

  test('what Mailchimp refuses is a value: nobody there (404), archived already (405), forgotten', async () => {
    const world = await start();
    const nobody = subscriberHash(world.newAddress());
    const { contactId, id, address } = await subscribe(world);
    await send(world, { kind: 'archive', key: contactId });
    expect(await send(world, { kind: 'patch', key: nobody, body: { status: 'unsubscribed' } })).toMatchObject(
      { kind: 'refused', httpStatus: 404 },
    );
    expect(await send(world, { kind: 'archive', key: contactId })).toMatchObject({
      kind: 'refused',
      httpStatus: 405,
    });
    expect(await send(world, { kind: 'delete-permanent', key: id })).toMatchObject({
      kind: 'done',
      httpStatus: 204,
    });
    expect(await world.reader.fetchMember(world.audience, contactId, signal)).toBeNull();
    const body = { email_address: address, status: 'subscribed' } as const;
    expect(await send(world, { kind: 'put', key: id, body })).toMatchObject({
      kind: 'refused',
      httpStatus: 400,
      title: 'Forgotten Email Not Subscribed',
    });
  });
}

function describeBatches(start: () => Promise<MailchimpContractWorld>): void {
  test('a batch does each of its operations and tells what came of it', async () => {
    const world = await start();
    const [left, archived] = [await subscribe(world), await subscribe(world)];
    const joining = world.newAddress();
    const results = await runBatch(world, [
      operation('leave', { kind: 'patch', key: left.contactId, body: { status: 'unsubscribed' } }),
      operation('archive', { kind: 'archive', key: archived.contactId }),
      operation('join', {
        kind: 'put',
        key: subscriberHash(joining),
        body: { email_address: joining, status_if_new: 'subscribed' },
      }),
      operation('nobody', { kind: 'archive', key: subscriberHash(world.newAddress()) }),
    ]);
    expect(results.size).toBe(4);
    expect(results.get('leave')).toMatchObject({ kind: 'done', member: { status: 'unsubscribed' } });
    expect(results.get('archive')).toEqual({ kind: 'done', httpStatus: 204, member: null });
    expect(results.get('join')).toMatchObject({ kind: 'done', member: { status: 'subscribed' } });
    expect(results.get('nobody')).toMatchObject({ kind: 'refused', httpStatus: 404 });
    expect(await world.reader.fetchCounts(world.audience, signal)).toEqual({
      subscribed: 1,
      listed: 2,
      archived: 1,
    });
  });

  test('batches are listed from a moment on', async () => {
    const world = await start();
    const { contactId } = await subscribe(world);
    const submitted = await world.writer.submitBatch(
      world.audience,
      [operation('archive', { kind: 'archive', key: contactId })],
      signal,
    );
    const since = (at: number) => world.reader.fetchBatchesSince(at, signal);
    expect((await since(world.now() - MINUTE_MS)).map(({ id }) => id)).toContain(submitted.id);
    expect((await since(world.now() + MINUTE_MS)).map(({ id }) => id)).not.toContain(submitted.id);
  });

  test('a deleted batch is gone, and an unknown one is as good as deleted', async () => {
    const world = await start();
    const { contactId } = await subscribe(world);
    const { id } = await world.writer.submitBatch(
      world.audience,
      [operation('archive', { kind: 'archive', key: contactId })],
      signal,
    );
    expect(await world.writer.deleteBatch(id, signal)).toBe(true);
    expect(await world.reader.fetchBatch(id, signal)).toBeNull();
    expect(await world.writer.deleteBatch(id, signal)).toBe(true);
  });
}

async function subscribe(world: MailchimpContractWorld): Promise<MemberRecord> {
  const address = world.newAddress();
  const body = { email_address: address, status_if_new: 'subscribed' } as const;
  const outcome = await send(world, { kind: 'put', key: subscriberHash(address), body });
  expect(outcome).toMatchObject({ kind: 'done', member: { address, status: 'subscribed' } });
  if (outcome.kind !== 'done' || outcome.member === null) throw new Error('nobody was subscribed');
  return outcome.member;
}

const send = ({ writer, audience }: MailchimpContractWorld, call: MemberCall) =>
  writer.sendCall(audience, call, signal);

const fetchPage = (
  { reader, audience }: MailchimpContractWorld,
  list: MemberList,
  offset: number,
  count: number,
) => reader.fetchMembers(audience, { list, window: null }, { offset, count }, signal);

const operation = (operationId: string, call: MemberCall): BatchOperation => ({ operationId, call });

async function runBatch(
  { reader, writer, audience }: MailchimpContractWorld,
  operations: readonly BatchOperation[],
): Promise<ReadonlyMap<string | null, OperationResult['outcome']>> {
  const { id } = await writer.submitBatch(audience, operations, signal);
  // There is nothing to wait on but the batch itself.
  const resultUrl = await vi.waitFor(async () => {
    const batch = await reader.fetchBatch(id, signal);
    expect(batch).toMatchObject({ status: 'finished', finished: operations.length });
    return batch?.resultUrl ?? '';
  }, MOST_WAIT);
  const results = new Map<string | null, OperationResult['outcome']>();
  for await (const { operationId, outcome } of reader.fetchResults(resultUrl, signal)) {
    results.set(operationId, outcome);
  }
  return results;
}
