import { TransientError, UsageError } from '@mcsync/core/errors/sync-error';
import { expect, test } from 'vitest';
import { type RefusalReason, RequestRefused, reasonFor } from './refusal.ts';

const withStatus = (status: unknown) => Object.assign(new Error('from a library'), { status });

test.each<[string, unknown, RefusalReason]>([
  ['a refusal of ours', new RequestRefused('foreign'), 'foreign'],
  ['something that is not there', new UsageError('NOT_FOUND', ['There is no run 7.']), 'not-found'],
  ['a body that a parser refuses', withStatus(413), 'malformed'],
  ['a database that is down', new TransientError('DATABASE_UNAVAILABLE', 'It is down.'), 'failed'],
  ['what a library thinks is its own fault', withStatus(500), 'failed'],
  ['a status that is none', withStatus('404'), 'failed'],
  ['a bug', new TypeError('x is not a function'), 'failed'],
  ['what is not even an error', 'text', 'failed'],
])('%s', (_, error, expected) => {
  expect(reasonFor(error)).toBe(expected);
});
