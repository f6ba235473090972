import { expect, test } from 'vitest';
import { type LoggedRequest, RequestLog } from './request-log.ts';

const read: LoggedRequest = { system: 'mailchimp', kind: 'read', method: 'GET', path: '/lists', at: 1 };
const write: LoggedRequest = { system: 'civicrm', kind: 'write', method: 'POST', path: 'Group/save', at: 2 };

test('requests are counted per system and kind until the log is reset', () => {
  const log = new RequestLog();
  log.record(read);
  log.record(read);
  log.record(write);
  expect(log.counts()).toEqual({
    mailchimp: { read: 2, write: 0, total: 2 },
    civicrm: { read: 0, write: 1, total: 1 },
  });
  log.reset();
  expect(log.counts().mailchimp.total).toBe(0);
  expect(log.recent(10)).toEqual([]);
});

test('only the last thousand requests are kept, oldest first, while all are counted', () => {
  const log = new RequestLog();
  for (let at = 1; at <= 5_000; at += 1) log.record({ ...read, at });
  expect(log.counts().mailchimp.read).toBe(5_000);
  expect(log.recent(3).map(({ at }) => at)).toEqual([4_998, 4_999, 5_000]);
  expect(log.recent(9_999)).toHaveLength(1_000);
  expect(log.recent(0)).toEqual([]);
});

test('operations of batches are kept apart from requests, in the order in which they were carried out', () => {
  const log = new RequestLog();
  const operation = { operationId: 'a', method: 'PUT', path: '/lists/1/members/2', at: 1 };
  log.recordOperation(operation);
  log.recordOperation({ ...operation, operationId: 'b' });
  expect(log.operations().map(({ operationId }) => operationId)).toEqual(['a', 'b']);
  expect(log.counts().mailchimp.total).toBe(0);
  log.reset();
  expect(log.operations()).toEqual([]);
});
