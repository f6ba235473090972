#!/usr/bin/env node
// What `npx mcsync-sandbox` runs: the compiled sandbox.
import { existsSync } from 'node:fs';

const main = new URL('../dist/main.js', import.meta.url);
if (existsSync(main)) await import(main.href);
else {
  process.stderr.write(
    'The sandbox is not compiled yet. Run "npm run sandbox" once: it does what is missing.\n',
  );
  process.exitCode = 1;
}
