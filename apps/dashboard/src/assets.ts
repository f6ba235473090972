import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { type RequestHandler, Router } from 'express';

const OWN = fileURLToPath(new URL('../public', import.meta.url));
const { resolve } = createRequire(import.meta.url);

/** Files of packages that a page names, and no others of theirs. */
const OF_PACKAGES: Readonly<Record<string, string>> = {
  'pico.min.css': resolve('@picocss/pico/css/pico.min.css'),
  'htmx.min.js': resolve('htmx.org/dist/htmx.min.js'),
  // The package names only the file that it is written in.
  'sse.min.js': `${dirname(resolve('htmx-ext-sse'))}/sse.min.js`,
};
const OPTIONS = { maxAge: '1h' } as const;

/** Style sheets, scripts and pictures; the same for everybody, so anybody may have them. */
export function assets(): RequestHandler {
  const router = Router();
  for (const [name, file] of Object.entries(OF_PACKAGES))
    router.get(`/${name}`, (_request, response) => response.sendFile(file, OPTIONS));
  router.use(express.static(OWN, { index: false, ...OPTIONS }));
  return router;
}
