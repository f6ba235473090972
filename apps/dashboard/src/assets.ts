import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { type RequestHandler } from 'express';

const OWN = fileURLToPath(new URL('../public', import.meta.url));
const PICO = dirname(createRequire(import.meta.url).resolve('@picocss/pico/css/pico.min.css'));

/** Style sheets and pictures; the same for everybody, so anybody may have them. */
export function assets(): RequestHandler[] {
  return [OWN, PICO].map((folder) => express.static(folder, { index: false, maxAge: '1h' }));
}
