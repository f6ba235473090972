// npm run chaos -- [--kills N] [--seed S] [--people P] [--queue postgres|redis|both]: kills the compiled workers again and
// again while people act on both sides, and looks whether anything was lost or done twice. Ends 0 only if nothing was.
import { bootstrap } from './bootstrap.mjs';
import { findOnPath, main, show } from './processes.mjs';
import { startRedis } from './redis.mjs';

main(async (args) => {
  await bootstrap();
  const program = findOnPath('redis-server');
  const redis = program === null ? null : await startRedis(program);
  const environment = redis === null ? {} : { QUEUE_TEST_REDIS_URL: redis.url };
  try {
    const file = 'apps/worker/testing/chaos/main.ts';
    return await show(
      process.execPath,
      ['--conditions', 'source', '--import', 'tsx', file, ...args],
      environment,
    );
  } finally {
    await redis?.stop();
  }
});
