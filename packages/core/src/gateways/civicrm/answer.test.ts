import { describe, expect, test } from 'vitest';
import { type HttpAnswer, readItems } from './answer.ts';

const JSON_TYPE = 'application/json; charset=UTF-8';

const answer = (status: number, contentType: string, body: unknown, retryAfterMs: number | null = null) => ({
  status,
  contentType,
  retryAfterMs,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

describe('the calls stand in the answer', () => {
  const items = { a: { values: [] }, b: { error_message: 'no', status: 500 } };

  test('of HTTP 200', () => {
    expect(readItems(answer(200, JSON_TYPE, items), ['a', 'b'])).toEqual({ kind: 'items', items });
  });

  test('of an error, where every one of them failed', () => {
    const body = { a: { error_message: 'no', status: 403 } };
    expect(readItems(answer(403, JSON_TYPE, body), ['a'])).toEqual({ kind: 'items', items: body });
  });
});

describe('they do not', () => {
  test.each<[string, HttpAnswer, string, string, boolean]>([
    ['a key is missing', answer(200, JSON_TYPE, { a: {} }), 'FaultError', 'CIVICRM_BAD_ANSWER', true],
    ['a list', answer(200, JSON_TYPE, []), 'FaultError', 'CIVICRM_BAD_ANSWER', true],
    ['half an answer', answer(200, JSON_TYPE, '{"a":{"val'), 'TransientError', 'CIVICRM_BAD_ANSWER', true],
    ['nothing', answer(200, JSON_TYPE, ''), 'FaultError', 'CIVICRM_BAD_ANSWER', true],
    ['a page with 200', answer(200, 'text/html', '<html>'), 'FaultError', 'CIVICRM_BAD_ANSWER', false],
    ['no type at all', answer(200, '', '{}'), 'FaultError', 'CIVICRM_BAD_ANSWER', false],
    ['a redirect', answer(302, 'text/html', ''), 'FaultError', 'CIVICRM_BAD_ANSWER', false],
    [
      'the gate against forgery',
      answer(400, JSON_TYPE, { error_code: 400 }),
      'FaultError',
      'CIVICRM_BAD_ANSWER',
      false,
    ],
    [
      'authx',
      answer(401, 'text/plain', 'HTTP 401 Invalid credential'),
      'FaultError',
      'CIVICRM_KEY_REFUSED',
      false,
    ],
    [
      '403 in JSON',
      answer(403, JSON_TYPE, { error_message: 'no', status: 403 }),
      'FaultError',
      'CIVICRM_RIGHTS_MISSING',
      false,
    ],
    ['403 on a page', answer(403, 'text/html', '<html>'), 'FaultError', 'CIVICRM_BAD_ANSWER', false],
    ['404 on a page', answer(404, 'text/html', '<html>'), 'FaultError', 'CIVICRM_BAD_ANSWER', false],
    ['429 of a proxy', answer(429, 'text/html', ''), 'TransientError', 'CIVICRM_BUSY', false],
    [
      '500 on a page: the database is down',
      answer(500, 'text/html', ''),
      'TransientError',
      'CIVICRM_BUSY',
      true,
    ],
    ['502 of a proxy', answer(502, 'text/html', ''), 'TransientError', 'CIVICRM_BUSY', true],
    [
      'CiviCRM’s maintenance',
      answer(503, JSON_TYPE, { status_code: 503 }),
      'TransientError',
      'CIVICRM_BUSY',
      false,
    ],
  ])('%s', (_, http, name, code, mayHaveRun) => {
    expect(readItems(http, ['a', 'b'])).toMatchObject({ kind: 'none', error: { name, code }, mayHaveRun });
  });

  test('a wait that is asked for is passed on', () => {
    expect(readItems(answer(503, 'text/html', '', 600_000), ['a'])).toMatchObject({
      error: { retryAfterMs: 600_000 },
    });
  });

  test.each([
    ['HTTP 401 Login not permitted. Must satisfy guard (site_key, perm).', /"authenticate with api key"/],
    ['HTTP 401 Invalid credential', /key of a contact/],
    ['HTTP 401 Cannot login. User is blocked.', /blocked/],
    [
      'HTTP 401 Authentication type "api_key" with flow "xheader" is not allowed for this principal.',
      /X-Civi-Auth/,
    ],
    ['Something new', /authx/],
  ])('%s: says what to do', (text, saying) => {
    const result = readItems(answer(401, 'text/plain;charset=UTF-8', text), ['a']);
    expect(result).toMatchObject({ error: { message: expect.stringMatching(saying) } });
  });
});
