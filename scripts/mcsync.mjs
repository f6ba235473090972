// npm run -s mcsync -- …: the command line.
import { bootstrap } from './bootstrap.mjs';
import { main } from './processes.mjs';

main(async () => {
  await bootstrap();
  await import('../apps/cli/dist/main.js');
});
