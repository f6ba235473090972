#!/usr/bin/env node
// What `npx mcsync` runs: the compiled command line.
import { existsSync } from 'node:fs';

const main = new URL('../dist/main.js', import.meta.url);
if (existsSync(main)) await import(main.href);
else {
  process.stderr.write(
    'mcsync is not compiled yet. Run "npm run -s mcsync -- help" once: it does what is missing.\n',
  );
  process.exitCode = 1;
}
