import { TransientError } from '../errors/sync-error.ts';

/** PostgreSQL: connection lost, no room (connections, disk, memory), being stopped or started. */
const STATES = /^(08|53|57P0)/;
/** Prisma: not reachable, timed out, closed, no connection free, no transaction to be had. */
const CODES = [
  'P1001',
  'P1002',
  'P1008',
  'P1017',
  'P2024',
  'P2028',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
];
/** The driver gives these no code. */
const WORDS =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Server has closed the connection/i;

/** The database was not there, or had no room: the same work may go well later, and nothing of it was kept. Null: another error. */
export function storeTrouble(error: unknown): TransientError | null {
  if (!isTrouble(error, 0)) return null;
  const message = 'The database was not there for a moment, or had no room. It is tried again.';
  return new TransientError('DATABASE_UNAVAILABLE', message, { cause: error });
}

/** Prisma wraps the driver's error, once or twice, in `cause` and `meta`. */
function isTrouble(error: unknown, depth: number): boolean {
  if (typeof error !== 'object' || error === null || depth > 6) return false;
  const texts = ['code', 'originalCode', 'message'].map((key) => Reflect.get(error, key));
  const [code, originalCode, message] = texts.map((text) => (typeof text === 'string' ? text : ''));
  if ([code, originalCode].some((text) => text !== undefined && (CODES.includes(text) || STATES.test(text))))
    return true;
  if (message !== undefined && WORDS.test(message)) return true;
  return ['cause', 'meta', 'driverAdapterError'].some((key) => isTrouble(Reflect.get(error, key), depth + 1));
}
