import { expect, test } from 'vitest';
import { checkAdministrator } from './administrator-input.ts';

test.each([
  ['wilma@example.org', 'correct horse battery'],
  [' Wilma@Example.org ', 'twelve chars'],
])('%s with "%s" may be let in', (email, password) => {
  expect(checkAdministrator({ email, password })).toEqual([]);
});

test.each([
  ['', 'correct horse battery', 'e-mail address'],
  ['wilma', 'correct horse battery', 'e-mail address'],
  ['wilma@', 'correct horse battery', 'e-mail address'],
  ['wil ma@example.org', 'correct horse battery', 'e-mail address'],
  [`${'w'.repeat(250)}@example.org`, 'correct horse battery', 'e-mail address'],
  ['wilma@example.org', 'eleven char', 'at least 12'],
  ['wilma@example.org', 'x'.repeat(257), 'at most 256'],
  ['wilma@example.org', 'Wilma@example.org', 'not your address'],
])('%s with "%s" may not', (email, password, problem) => {
  expect(checkAdministrator({ email, password })).toEqual([expect.stringContaining(problem)]);
});

test('all problems are told at once', () => {
  expect(checkAdministrator({ email: '', password: '' })).toHaveLength(2);
});
