import { describe, expect, test } from 'vitest';
import type { Answer } from './answer.ts';
import { toCallOutcome, toOperationResult } from './outcome.ts';

const MEMBER = {
  id: 'a'.repeat(32),
  contact_id: 'b'.repeat(32),
  email_address: 'wilma@oakfield-trust.test',
  status: 'subscribed',
  last_changed: '2026-03-02T09:30:00+00:00',
  timestamp_opt: '2026-03-01T09:30:00+00:00',
};

const problem = (httpStatus: number): Answer => ({
  kind: 'problem',
  httpStatus,
  title: 'Title',
  detail: 'Detail',
  requestId: null,
  retryAfterMs: null,
});
const garbled = (httpStatus: number): Answer => ({
  kind: 'garbled',
  httpStatus,
  what: 'not-json',
  retryAfterMs: null,
});
const network = (isUnsent: boolean): Answer => ({
  kind: 'none',
  why: 'network',
  failure: { isUnsent, code: null },
  cause: null,
});

describe('a call of its own', () => {
  test.each<[string, Answer, string]>([
    ['a member', { kind: 'ok', httpStatus: 200, body: MEMBER }, 'done'],
    ['nothing where nothing is due', { kind: 'ok', httpStatus: 204, body: null }, 'done'],
    ['a 200 without the member', { kind: 'ok', httpStatus: 200, body: { ok: true } }, 'unknown'],
    ['a refusal', problem(400), 'refused'],
    ['nobody there', problem(404), 'refused'],
    ['not from this state', problem(405), 'refused'],
    ['too many at once', problem(429), 'transient'],
    ['a fault at Mailchimp', problem(500), 'unknown'],
    ['a page with 200', garbled(200), 'unknown'],
    ['a page with 403: turned away', garbled(403), 'transient'],
    ['a page with 429', garbled(429), 'transient'],
    ['a page with 502', garbled(502), 'unknown'],
    ['a page with 404, which is no word of Mailchimp’s', garbled(404), 'unknown'],
    ['no connection', network(true), 'transient'],
    ['a cut line', network(false), 'unknown'],
    ['our time limit', { kind: 'none', why: 'timed-out' }, 'unknown'],
    ['our caller gave up', { kind: 'none', why: 'given-up' }, 'unknown'],
  ])('%s', (_, answer, expected) => {
    expect(toCallOutcome(answer).kind).toBe(expected);
  });

  test('a refusal keeps Mailchimp’s words as data', () => {
    expect(toCallOutcome(problem(400))).toEqual({
      kind: 'refused',
      httpStatus: 400,
      title: 'Title',
      detail: 'Detail',
    });
  });
});

describe('a line of a result archive', () => {
  const result = (statusCode: number, response: unknown, operationId: unknown = 'u1') =>
    toOperationResult({
      status_code: statusCode,
      operation_id: operationId,
      response: typeof response === 'string' ? response : JSON.stringify(response),
    });
  const said = {
    title: 'Member In Compliance State',
    status: 400,
    detail: 'wilma@… is in a compliance state',
  };

  test.each<[string, ReturnType<typeof result>, string]>([
    ['a member', result(200, MEMBER), 'done'],
    ['204 with an empty text', result(204, ''), 'done'],
    ['200 with an empty text', result(200, ''), 'unknown'],
    ['200 with another object', result(200, { lists: [] }), 'unknown'],
    ['a refusal', result(400, said), 'refused'],
    ['nobody there', result(404, { title: 'Resource Not Found', status: 404 }), 'refused'],
    ['a page with 400', result(400, '<html>'), 'unknown'],
    ['429', result(429, { title: 'Too Many Requests', status: 429 }), 'transient'],
    ['500', result(500, { title: 'Internal Server Error', status: 500 }), 'transient'],
    ['503 without JSON', result(503, '<html>'), 'transient'],
    [
      'a closed account, which says nothing of the member',
      result(403, { title: 'User Disabled' }),
      'transient',
    ],
  ])('%s', (_, { operationId, outcome }, expected) => {
    expect(operationId).toBe('u1');
    expect(outcome.kind).toBe(expected);
  });

  test('without an operation id it is not ours', () => {
    expect(result(204, '', null).operationId).toBeNull();
  });

  test('one that cannot be read still says whose it is, where it can', () => {
    expect(toOperationResult({ operation_id: 'u7', status: 'fine' })).toEqual({
      operationId: 'u7',
      outcome: { kind: 'unknown', httpStatus: null },
    });
    expect(toOperationResult('?').operationId).toBeNull();
  });
});
