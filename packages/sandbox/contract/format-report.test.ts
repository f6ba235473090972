import { expect, test } from 'vitest';
import { formatReport, isShort } from './format-report.ts';
import type { ContractReport } from './report.ts';

const report = (passed: number, total: number, failures: readonly string[] = []): ContractReport => ({
  system: 'mailchimp',
  lines: [{ name: 'transition cells', passed, total, failures }],
  knownDifferences: ['no campaigns'],
});

test('a report says what passed, what did not, and what is known to differ', () => {
  expect(formatReport(report(1, 2, ['absent>pending: 404 and not 200'])).split('\n')).toEqual([
    'Mailchimp',
    '  ✗ transition cells: 1 of 2',
    '      absent>pending: 404 and not 200',
    '  known differences: 1',
    '    - no campaigns',
    '',
  ]);
});

test('many failures are cut, and their number told', () => {
  const failures = Array.from({ length: 25 }, (_, n) => `failure ${n}`);
  expect(formatReport(report(0, 25, failures))).toContain('and 5 more');
});

test('it is short where something failed, and where nothing was checked', () => {
  expect([isShort(report(2, 2)), isShort(report(1, 2)), isShort(report(0, 0))]).toEqual([false, true, true]);
  expect(isShort({ system: 'civicrm', lines: [], knownDifferences: [] })).toBe(true);
});
