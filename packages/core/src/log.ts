import { type Logger, pino } from 'pino';

/** Keys whose values never reach a log, at any depth that we log. */
const REDACTED = [
  'apiKey',
  'password',
  'authorization',
  'cookie',
  'email',
  'address',
  'url',
  'resultUrl',
  'token',
  'secret',
];

/** Structured logs on standard error: standard output belongs to the command. `level`: trace, debug, info, warn, error, fatal or silent. */
export function createLog(level: string): Logger {
  const paths = REDACTED.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]);
  return pino({ level, redact: { paths, censor: '[redacted]' } }, pino.destination(2));
}

export type { Logger } from 'pino';
