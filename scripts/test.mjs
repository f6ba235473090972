// npm test [-- FILE…]: everything, cheapest first; with arguments, only these tests. Ends with a line such as "412
// passed, 0 failed". Redis and a browser are used where they are installed; REQUIRE_REDIS=1 and REQUIRE_BROWSER=1
// make it a failure when they are not.
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootstrap } from './bootstrap.mjs';
import { checks, coverage, passes } from './checks.mjs';
import { Failure, findOnPath, main, root, show } from './processes.mjs';
import { startRedis } from './redis.mjs';

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Reference material beside the repository; where CI=true its test fails without it. */
const DESCRIPTION = join(root, '../shared/reference/mailchimp-openapi.json');

main(async (args) => {
  await bootstrap();
  if (args.length === 0 && !(await passAllChecks())) return 1;
  const skipped = existsSync(DESCRIPTION)
    ? []
    : ['the sandbox against Mailchimp’s official description (it is not beside the repository)'];
  const redis = await prepareRedis(skipped);
  const browser = prepareBrowser(skipped);
  try {
    // Compiled just now: whole processes start faster so than from their source.
    return await runTests(args, { ...redis.environment, ...browser, TEST_BUILD: 'compiled' }, skipped);
  } finally {
    await redis.stop();
  }
});

async function passAllChecks() {
  for (const check of [...checks, coverage]) {
    if (await passes(check)) continue;
    console.log('\n0 passed, 1 failed: the tests were not run');
    return false;
  }
  return true;
}

async function prepareRedis(skipped) {
  const given = process.env.QUEUE_TEST_REDIS_URL;
  if (given) return { environment: {}, stop: async () => undefined };
  const program = findOnPath('redis-server');
  if (program !== null) {
    const redis = await startRedis(program);
    return { environment: { QUEUE_TEST_REDIS_URL: redis.url }, stop: redis.stop };
  }
  if (process.env.REQUIRE_REDIS === '1')
    throw new Failure('REQUIRE_REDIS is set, but there is no redis-server on the PATH.');
  skipped.push('queues on Redis (no redis-server on the PATH; they ran on PostgreSQL)');
  return { environment: {}, stop: async () => undefined };
}

function prepareBrowser(skipped) {
  const program = process.env.TEST_BROWSER || findOnPath(...BROWSERS);
  if (program !== null) return { TEST_BROWSER: program };
  if (process.env.REQUIRE_BROWSER === '1')
    throw new Failure('REQUIRE_BROWSER is set, but there is no chromium on the PATH.');
  skipped.push('the dashboard in a browser (no chromium on the PATH)');
  return {};
}

async function runTests(args, environment, skipped) {
  const dir = await mkdtemp(join(tmpdir(), 'mcsync-test-'));
  const report = join(dir, 'report.json');
  const options = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  try {
    const code = await show(
      process.execPath,
      ['node_modules/vitest/vitest.mjs', 'run', ...options, ...args],
      environment,
    );
    const { passed, failed, left } = count(JSON.parse(await readFile(report, 'utf8')), code);
    for (const reason of skipped) console.log(`Not run: ${reason}`);
    if (left > 0) console.log(`Skipped: ${left}`);
    console.log(`${passed} passed, ${failed} failed`);
    return code;
  } finally {
    await rm(dir, { recursive: true });
  }
}

/** A file that cannot be loaded, or an error outside of any test, is one more failure. */
function count({ numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults }, code) {
  const broken = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  ).length;
  const failed = numFailedTests + broken;
  return {
    passed: numPassedTests,
    failed: code !== 0 && failed === 0 ? 1 : failed,
    left: numPendingTests + numTodoTests,
  };
}
