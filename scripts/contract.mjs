// npm run contract: does the sandbox behave as the real systems do? Prints, for each of them, what was checked and in
// what it is known to differ. Fails where anything is short.
import { join } from 'node:path';
import { bootstrap } from './bootstrap.mjs';
import { main, show } from './processes.mjs';

main(async () => {
  await bootstrap();
  return show(process.execPath, ['--import', 'tsx', join('packages', 'sandbox', 'contract', 'main.ts')]);
});
