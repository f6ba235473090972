import { TransientError } from '../errors/sync-error.ts';

/** What whoever starts us is told; the cause may name who would sign in, and stays for the log. */
export const databaseUnavailable = (cause: unknown): TransientError =>
  new TransientError(
    'DATABASE_UNAVAILABLE',
    'The database could not be reached. Check that PostgreSQL runs and that DATABASE_URL is right.',
    { cause },
  );
