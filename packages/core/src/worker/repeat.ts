/** Something that happens again and again. */
export interface Repetition {
  /** Ends it; waits for the time that it is at. */
  stop(): Promise<void>;
}

/** Does something every so many milliseconds, never twice at once. A failure is told, and the next time comes nevertheless. */
export function repeat(
  work: () => Promise<void>,
  everyMs: number,
  tell: (error: unknown) => void,
): Repetition {
  let isOver = false;
  let present = Promise.resolve();
  let timer = next();
  function next(): NodeJS.Timeout {
    return setTimeout(() => {
      present = work()
        .catch(tell)
        .finally(() => {
          if (!isOver) timer = next();
        });
    }, everyMs);
  }
  return {
    async stop() {
      isOver = true;
      clearTimeout(timer);
      await present;
    },
  };
}
