// npm run demo: a sandbox charity, kept the same on both sides. Everything on embedded defaults.
import { bootstrap } from './bootstrap.mjs';
import { main } from './processes.mjs';

main(async () => {
  await bootstrap();
  await import('../apps/cli/dist/demo/main.js');
});
