import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listRules } from '../packages/core/src/words/rule-page.ts';
import { ROOT } from './modules.ts';
import { BEGIN, END, ruleTable, scanTests } from './rule-tests.ts';

/** Parts that are not built yet: their tests come with them. */
const NOT_YET: readonly string[] = [];

const listed = execFileSync('git', ['ls-files', '*.test.ts'], { cwd: ROOT, encoding: 'utf8' })
  .trim()
  .split('\n');
const coverage = scanTests(listed);

test('every rule has a test that names it', () => {
  const untested = [...listRules().keys()].filter((id) => !coverage.has(id));
  expect(untested.filter((id) => !NOT_YET.includes(id))).toEqual([]);
});

test('every eventuality is met from end to end, by the real programs', () => {
  const met = scanTests(listed.filter((file) => file.startsWith('apps/cli/src/eventualities/')));
  const eventualities = [...listRules().keys()].filter((id) => id.startsWith('E'));
  expect(eventualities.length).toBeGreaterThanOrEqual(28);
  expect(eventualities.filter((id) => !met.has(id))).toEqual([]);
});

test('what is tested is not listed as not built yet', () => {
  expect(NOT_YET.filter((id) => coverage.has(id))).toEqual([]);
});

test('no test names a rule that there is not', () => {
  const unknown = [...coverage].filter(([id]) => !listRules().has(id));
  expect(unknown.map(([id, files]) => [id, ...files.keys()])).toEqual([]);
});

test('docs/rules.md has the table of rules and tests as it is now; "npm run docs:rules" writes it', () => {
  const page = readFileSync(join(ROOT, 'docs/rules.md'), 'utf8');
  const [, rest = ''] = page.split(BEGIN);
  const cells = (text: string) => text.replace(/ +/g, ' ').replace(/-{3,}/g, '---').trim();
  expect(cells(rest.split(END)[0] ?? '')).toBe(cells(ruleTable(coverage)));
});
