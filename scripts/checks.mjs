// What is checked before the tests are run. Cheapest first.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { capture, root } from './processes.mjs';

const node = (program, ...args) => capture(process.execPath, [program, ...args]);

export const checks = [
  {
    name: 'format and lint',
    run: () => node('node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings'),
  },
  {
    name: 'types of the tests',
    run: () => node('node_modules/typescript/bin/tsc', '-p', 'tsconfig.tests.json'),
  },
  { name: 'dead code', run: () => node('node_modules/knip/bin/knip.js', '--no-progress') },
];

const RULES = 'packages/core/src/decide';

/** Whether the tests of the rules take every branch of them. Properties are left out: what they meet is up to chance. */
export const coverage = {
  name: 'every branch of the rules',
  async run() {
    const names = await readdir(join(root, RULES));
    const tables = names.filter((name) => name.endsWith('.test.ts') && !name.endsWith('.property.test.ts'));
    const files = tables.map((name) => `${RULES}/${name}`);
    return await node('node_modules/vitest/vitest.mjs', 'run', '--coverage', '--project', 'unit', ...files);
  },
};

/** Runs a check and says how it went. False, with its output, when it failed. */
export async function passes({ name, run }) {
  const startedAt = Date.now();
  try {
    await run();
    console.log(`✓ ${name} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
    return true;
  } catch (error) {
    console.log(`✗ ${name}\n${error.message}`);
    return false;
  }
}
