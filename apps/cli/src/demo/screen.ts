import { MINUTE_MS } from '@mcsync/core/domain/instant';
import { createLogUpdate } from 'log-update';
import pc from 'picocolors';
import { duration } from '../format.ts';
import { createRunDisplay, type RunDisplay } from '../run-display.ts';

/** What the demo shows, line by line; on a terminal with a spinner for what takes its time. */
export interface Screen {
  say(...lines: readonly string[]): void;
  /** A heading with room above it. */
  head(title: string): void;
  /** Does something that takes a while: title, what came of it, how long it took. `words` tells what came of it. */
  step<Result>(
    title: string,
    work: () => Promise<Result>,
    words?: (result: Result) => string,
  ): Promise<Result>;
  /** Does something that takes a while and leaves nothing behind: a spinner on a terminal, nothing elsewhere. */
  during<Result>(title: string, work: () => Promise<Result>): Promise<Result>;
  /** Shows a run while it is waited for. */
  watch(): RunDisplay;
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 90;
const TITLE_WIDTH = 26;

export function createScreen(stream: NodeJS.WriteStream): Screen {
  const isLive = stream.isTTY === true;
  const say: Screen['say'] = (...lines) => void stream.write(lines.map((line) => `${line}\n`).join(''));
  return {
    say,
    head: (title) => say('', pc.bold(title)),
    async step(title, work, words = () => '') {
      const startedAt = Date.now();
      const spinner = isLive ? spin(stream, title) : null;
      try {
        const result = await work();
        spinner?.clear();
        const took = duration(Math.min(Date.now() - startedAt, MINUTE_MS));
        say(
          `  ${pc.green('✓')} ${title.padEnd(TITLE_WIDTH)} ${[words(result), pc.dim(took)].filter(Boolean).join('  ')}`,
        );
        return result;
      } catch (error) {
        spinner?.clear();
        say(`  ${pc.red('✗')} ${title}`);
        throw error;
      }
    },
    async during(title, work) {
      const spinner = isLive ? spin(stream, pc.dim(title)) : null;
      try {
        return await work();
      } finally {
        spinner?.clear();
      }
    },
    watch: () => createRunDisplay(isLive ? 'live' : 'plain', stream, () => '  '),
  };
}

function spin(stream: NodeJS.WriteStream, title: string): { clear(): void } {
  const draw = createLogUpdate(stream);
  let frame = 0;
  const timer = setInterval(() => {
    frame++;
    draw(`  ${pc.cyan(FRAMES[frame % FRAMES.length] ?? '')} ${title}`);
  }, FRAME_MS);
  return {
    clear() {
      clearInterval(timer);
      draw.clear();
      draw.done();
    },
  };
}
