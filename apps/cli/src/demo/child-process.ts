import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** The first line that a child says, ready for work. Rejects where it ends before that; `name` is what people call it. */
export async function firstLineOf(
  child: ChildProcess & { readonly stdout: Readable },
  name: string,
): Promise<string> {
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${name} ended before it was ready (exit code ${code}).`);
  });
  try {
    const [line]: unknown[] = await Promise.race([once(lines, 'line'), ended]);
    return String(line);
  } finally {
    // It goes on talking, and nobody must make it wait.
    lines.close();
    child.stdout.resume();
    ended.catch(() => undefined);
  }
}

/** Waits until a child has ended that was told to, and ends it by force where it does not listen. */
export async function untilEnded(child: ChildProcess, patienceMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const force = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  await once(child, 'exit');
  clearTimeout(force);
}
