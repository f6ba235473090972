// What is checked without running our code. Cheapest first.
import { capture } from './processes.mjs';

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
