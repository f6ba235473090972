// npm run sandbox [-- --port N --people N …]: a local Mailchimp and a local CiviCRM, to be looked at in a browser.
import { join } from 'node:path';
import { bootstrap } from './bootstrap.mjs';
import { main, show } from './processes.mjs';

main(async (args) => {
  await bootstrap();
  return show(process.execPath, [join('packages', 'sandbox', 'bin', 'mcsync-sandbox.js'), ...args]);
});
