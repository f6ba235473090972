// npm run lint: format, lint, types of the tests, dead code, who may import whom.
import { bootstrap } from './bootstrap.mjs';
import { checks, passes } from './checks.mjs';
import { capture, main } from './processes.mjs';

const rules = {
  name: 'who may import whom',
  run: () =>
    capture(process.execPath, [
      'node_modules/vitest/vitest.mjs',
      'run',
      'tests/architecture.test.ts',
      'tests/repository.test.ts',
    ]),
};

main(async () => {
  await bootstrap();
  let failed = 0;
  for (const check of [...checks, rules]) if (!(await passes(check))) failed += 1;
  return failed === 0 ? 0 : 1;
});
