import { describe, expect, test } from 'vitest';
import { describeFailure, parseBaseUrl, parseRetryAfter, redact } from './http.ts';

describe('how a request failed', () => {
  test('a refused connection was never sent', () => {
    const refused = new TypeError('fetch failed', {
      cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }),
    });
    expect(describeFailure(refused)).toEqual({ isUnsent: true, code: 'ECONNREFUSED' });
  });

  test.each(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])('after %s it may have been', (code) => {
    expect(describeFailure(Object.assign(new Error(), { code }))).toEqual({ isUnsent: false, code });
  });

  test('a bug of ours is not taken for one', () => {
    expect(() => describeFailure(new TypeError('count is not a function'))).toThrow(TypeError);
  });

  test('anything else tells nothing', () => {
    expect(describeFailure('gone')).toEqual({ isUnsent: false, code: null });
  });
});

describe('Retry-After', () => {
  const now = 'Mon, 23 Nov 2026 09:00:00 GMT';
  test.each([
    ['120', 120_000],
    ['0', 0],
    ['Mon, 23 Nov 2026 09:00:30 GMT', 30_000],
    ['Mon, 23 Nov 2026 08:00:00 GMT', 0],
    ['soon', null],
    ['', null],
    [null, null],
  ])('%j is %j', (header, expected) => {
    expect(parseRetryAfter(header, now)).toBe(expected);
  });

  test('a moment of a clock that is not told cannot be waited for', () => {
    expect(parseRetryAfter('Mon, 23 Nov 2026 09:00:30 GMT', null)).toBeNull();
  });
});

describe('addresses of systems', () => {
  test.each(['https://example.org', 'http://127.0.0.1:4010/site/', ' https://example.org/crm '])(
    '%j can be called',
    (text) => {
      expect(parseBaseUrl(text)?.protocol).toMatch(/^https?:$/);
    },
  );

  test.each([
    'example.org',
    'ftp://example.org',
    'https://user:secret@example.org',
    'https://example.org/?q=1',
    '',
  ])('%j cannot', (text) => {
    expect(parseBaseUrl(text)).toBeNull();
  });
});

describe('other systems’ words', () => {
  test('lose addresses, keys and mark-up', () => {
    const words = 'No <b>"wilma@example.org"</b> for 0123456789abcdef0123456789abcdef-us6, sorry';
    expect(redact(words)).toBe('No "(address)" for (key), sorry');
  });

  test('keep what they say, and are cut', () => {
    expect(redact('DB Error: already exists')).toBe('DB Error: already exists');
    expect(redact('la '.repeat(200))).toHaveLength(201);
  });
});
