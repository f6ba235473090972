/** What was counted, and for what state of things it counts. */
interface Remembered<Value> {
  readonly mark: string;
  readonly at: number;
  readonly value: Promise<Value>;
}

/** Whatever the mark says, things may have changed without a run: looked at again after so long. */
const LASTS_MS = 15_000;

/**
 * Remembers what is dear to count, by key: it counts again when `mark` is another one (a run went on, an update was settled), and after a quarter of a minute. Several who ask at once wait for
 * one count.
 */
export function createMemory<Value>(now: () => number = Date.now) {
  const known = new Map<number, Remembered<Value>>();
  return async (key: number, mark: string, count: () => Promise<Value>): Promise<Value> => {
    const before = known.get(key);
    if (before !== undefined && before.mark === mark && now() - before.at < LASTS_MS)
      return await before.value;
    const value = count();
    known.set(key, { mark, at: now(), value });
    // What failed is not remembered; whoever asked is told.
    value.catch(() => known.delete(key));
    return await value;
  };
}
