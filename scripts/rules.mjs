// npm run docs:rules: writes the table of rules, their meaning and their tests into docs/rules.md.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture, main, root } from './processes.mjs';

main(async () => {
  const { tsImport } = await import('tsx/esm/api');
  const { BEGIN, END, ruleTable, scanTests } = await tsImport('../tests/rule-tests.ts', import.meta.url);
  const listed = execFileSync('git', ['ls-files', '*.test.ts'], { cwd: root, encoding: 'utf8' });
  const file = join(root, 'docs/rules.md');
  const [before] = readFileSync(file, 'utf8').split(BEGIN);
  writeFileSync(
    file,
    `${before.trimEnd()}\n\n${BEGIN}\n\n${ruleTable(scanTests(listed.trim().split('\n')))}\n\n${END}\n`,
  );
  await capture(process.execPath, [
    'node_modules/@biomejs/biome/bin/biome',
    'format',
    '--write',
    'docs/rules.md',
  ]);
  console.log('docs/rules.md is up to date.');
});
