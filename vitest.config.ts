import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';
import type { CoverageV8Options } from 'vitest/node';

/** Our own packages are read as TypeScript, so a test sees what is written, not what was last built. */
const conditions = ['source', ...defaultServerConditions];

/**
 * Kinds of test by what they touch; file names say which. The cheap ones come first, and can be run alone:
 * `--project unit`.
 */
const KINDS = ['pg', 'queue', 'e2e'] as const;
const named = (kind: string) => [`{packages,apps}/**/*.${kind}.test.ts`, `tests/**/*.${kind}.test.ts`];
const SLOW = KINDS.flatMap(named);

/**
 * Tests of whole processes go by real time-outs, and a machine may do something else for seconds. In CI what failed is tried once more, and told; what fails twice is broken.
 */
const IN_CI = process.env['CI'] === undefined ? 0 : 1;

/** What the tables of the rules have to cover (scripts/checks.mjs): every branch. */
const COVERAGE: { readonly provider: 'v8' } & CoverageV8Options = {
  provider: 'v8',
  include: ['packages/core/src/decide/**/*.ts'],
  thresholds: { branches: 100 },
  reporter: [['text', { skipFull: true }]],
  reportsDirectory: join(tmpdir(), `mcsync-coverage-${process.pid}`), // nothing is left there
};

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    // Also where there are two cores: a test waits for PostgreSQL or a server half of its time. More would only slow down each other's servers.
    maxWorkers: 2,
    // What our programs say is compared as plain text, also where CI asks for colours.
    env: { NO_COLOR: '1' },
    coverage: COVERAGE,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          sequence: { groupOrder: 0 },
          include: ['{packages,apps}/**/*.test.{ts,tsx}', 'tests/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**', ...SLOW],
          // Against tests that hang; how fast something is, no test says.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'pg',
          sequence: { groupOrder: 1 },
          include: named('pg'),
          globalSetup: 'packages/core/testing/test-server.ts',
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'queue',
          retry: IN_CI,
          sequence: { groupOrder: 2 },
          include: named('queue'),
          globalSetup: 'packages/core/testing/test-server.ts',
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          retry: IN_CI,
          sequence: { groupOrder: 3 },
          include: named('e2e'),
          globalSetup: 'packages/core/testing/test-server.ts',
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
