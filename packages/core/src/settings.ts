import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ms, { type StringValue } from 'ms';
import { z } from 'zod';
import { MINUTE_MS } from './domain/instant.ts';
import { UsageError } from './errors/sync-error.ts';

/** What the environment says (architecture.md, "Environment"), checked. */
export interface Settings {
  /** Null: the embedded PostgreSQL under `dataDir`. */
  readonly databaseUrl: string | null;
  /** Null: the data PostgreSQL carries the queue too. */
  readonly queueUrl: string | null;
  readonly dataDir: string;
  readonly appSecret: string;
  readonly publicUrl: string | null;
  readonly host: string;
  readonly port: number;
  /** Where the worker answers to health checks and with metrics, on `host`. */
  readonly healthPort: number;
  readonly syncEveryMs: number;
  readonly fullSyncCron: string;
  readonly admin: { readonly email: string; readonly password: string } | null;
  readonly logLevel: string;
  /** A developer's module for own data (docs/guide/own-data.md); null: none. */
  readonly extraDataModule: string | null;
}

const SHORTEST_SECRET = 32;
const SECRET_FILE = 'app-secret';

const optional = z
  .string()
  .optional()
  .transform((text) => (text === undefined || text.trim() === '' ? null : text.trim()));

const urlOf = (variable: string, protocols: readonly string[]) =>
  optional.refine(
    (text) =>
      text === null || protocols.some((protocol) => text.startsWith(`${protocol}://`) && URL.canParse(text)),
    `${variable} must be a URL that begins with ${protocols.map((protocol) => `${protocol}://`).join(' or ')}.`,
  );

const POSTGRES = ['postgres', 'postgresql'];
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

const ENVIRONMENT = z.object({
  DATABASE_URL: urlOf('DATABASE_URL', POSTGRES),
  QUEUE_URL: urlOf('QUEUE_URL', ['redis', 'rediss', ...POSTGRES]),
  DATA_DIR: optional,
  APP_SECRET: optional.refine(
    (text) => text === null || Buffer.byteLength(text) >= SHORTEST_SECRET,
    `APP_SECRET must have at least ${SHORTEST_SECRET} bytes. Make one with "openssl rand -base64 48".`,
  ),
  PUBLIC_URL: urlOf('PUBLIC_URL', ['http', 'https']),
  HOST: optional,
  PORT: optional.refine((text) => text === null || isPort(text), 'PORT must be a number from 0 to 65535.'),
  HEALTH_PORT: optional.refine(
    (text) => text === null || isPort(text),
    'HEALTH_PORT must be a number from 0 to 65535.',
  ),
  SYNC_EVERY: optional.refine(
    (text) => text === null || isInterval(text),
    'SYNC_EVERY must be an interval of at least a minute, such as 1h or 15m.',
  ),
  FULL_SYNC_CRON: optional,
  EXTRA_DATA_MODULE: optional,
  ADMIN_EMAIL: optional,
  ADMIN_PASSWORD: optional,
  LOG_LEVEL: optional.refine(
    (text) => text === null || LEVELS.includes(text),
    `LOG_LEVEL must be one of ${LEVELS.join(', ')}.`,
  ),
});

const isPort = (text: string): boolean => /^\d+$/.test(text) && Number(text) <= 65_535;

/** An interval such as `1h` in milliseconds; null where the text is none, or is under a minute. */
export function parseInterval(text: string): number | null {
  const parsed: number | undefined = ms(text as StringValue);
  return parsed === undefined || Number.isNaN(parsed) || parsed < MINUTE_MS ? null : parsed;
}

const isInterval = (text: string): boolean => parseInterval(text) !== null;

/**
 * The environment → settings. Rejects with a `UsageError` that lists every problem at once. Makes and keeps APP_SECRET under DATA_DIR where the embedded database is
 * used and none is given.
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const parsed = ENVIRONMENT.safeParse(environment);
  const problems = parsed.success ? missing(parsed.data) : parsed.error.issues.map(({ message }) => message);
  const [first, ...others] = problems;
  if (first !== undefined || !parsed.success) throw new UsageError('BAD_SETTINGS', [first ?? '', ...others]);
  const given = parsed.data;
  const dataDir = resolve(given.DATA_DIR ?? '.data');
  return {
    databaseUrl: given.DATABASE_URL,
    queueUrl: given.QUEUE_URL,
    dataDir,
    appSecret: given.APP_SECRET ?? keptSecret(dataDir),
    publicUrl: given.PUBLIC_URL,
    host: given.HOST ?? '127.0.0.1',
    port: Number(given.PORT ?? 3000),
    healthPort: Number(given.HEALTH_PORT ?? 3001),
    syncEveryMs: parseInterval(given.SYNC_EVERY ?? '1h') ?? 60 * MINUTE_MS,
    fullSyncCron: given.FULL_SYNC_CRON ?? '0 3 * * *',
    admin:
      given.ADMIN_EMAIL && given.ADMIN_PASSWORD
        ? { email: given.ADMIN_EMAIL, password: given.ADMIN_PASSWORD }
        : null,
    logLevel: given.LOG_LEVEL ?? 'info',
    extraDataModule: given.EXTRA_DATA_MODULE,
  };
}

function missing({
  DATABASE_URL,
  APP_SECRET,
  ADMIN_EMAIL,
  ADMIN_PASSWORD,
}: z.infer<typeof ENVIRONMENT>): string[] {
  const problems: string[] = [];
  if (DATABASE_URL !== null && APP_SECRET === null) {
    problems.push(
      'APP_SECRET is required with DATABASE_URL: it encrypts the stored keys. Make one with "openssl rand -base64 48".',
    );
  }
  if ((ADMIN_EMAIL === null) !== (ADMIN_PASSWORD === null)) {
    problems.push('ADMIN_EMAIL and ADMIN_PASSWORD belong together: set both or neither.');
  }
  return problems;
}

/** Made once, readable by us alone. Two processes that start together end up with the same one. */
function keptSecret(dataDir: string): string {
  const file = join(dataDir, SECRET_FILE);
  if (!existsSync(file)) {
    mkdirSync(dataDir, { recursive: true });
    try {
      writeFileSync(file, randomBytes(48).toString('base64url'), { mode: 0o600, flag: 'wx' });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
  return readFileSync(file, 'utf8');
}
