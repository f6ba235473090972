import { SECOND_MS } from '@mcsync/core/domain/instant';

/** Somebody waits for the page: a queue that does not answer by then is not there. */
const PATIENCE_MS = 2 * SECOND_MS;

/**
 * Asks the queue for something that a page can do without; null where it does not answer. What matters stands in the database, so a page is shown without a queue, too: Redis that is down would
 * otherwise be waited for for ever.
 */
export async function askQueue<Answer>(ask: () => Promise<Answer>): Promise<Answer | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), PATIENCE_MS);
  });
  try {
    return await Promise.race([ask(), late]);
  } catch {
    return null; // told by the health check, and by the alert that no worker can be seen
  } finally {
    clearTimeout(timer);
  }
}
