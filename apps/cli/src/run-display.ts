import type { Writable } from 'node:stream';
import type { RunId } from '@mcsync/core/domain/ids';
import { isRunActive } from '@mcsync/core/domain/run';
import { createLogUpdate } from 'log-update';
import { number } from './format.ts';
import type { RunView } from './run-view.ts';
import { doneLine, FRAME_MS, runLine, stageLines, UPDATES_TITLE } from './stage-lines.ts';

/** Shows runs while they are waited for. */
export interface RunDisplay {
  /** A run as it is now; called at every change. */
  show(view: RunView): void;
  /** Leaves the last picture standing. May be called twice. */
  end(): void;
}

/** `live`: drawn anew all the time, on a terminal. `plain`: a line for whatever is done. `none`: nothing, as with `--json`. */
export type DisplayKind = 'live' | 'plain' | 'none';

/** `label` begins each plain line: several runs may be shown at once. */
export function createRunDisplay(
  kind: DisplayKind,
  stream: Writable,
  label = ({ connection }: RunView): string => `Connection ${connection.id}: `,
): RunDisplay {
  switch (kind) {
    case 'live':
      return createLiveDisplay(stream as NodeJS.WriteStream); // `live` only where the stream is a terminal
    case 'plain':
      return createPlainDisplay(stream, label);
    case 'none':
      return { show: () => undefined, end: () => undefined };
  }
}

function createLiveDisplay(stream: NodeJS.WriteStream): RunDisplay {
  const draw = createLogUpdate(stream);
  const views = new Map<RunId, RunView>();
  const redraw = () => {
    const now = Date.now();
    const all = [...views.values()];
    const lines =
      all.length === 1 ? all.flatMap((view) => stageLines(view, now)) : all.map((view) => runLine(view, now));
    if (lines.length > 0) draw(lines.map((line) => `  ${line}`).join('\n'));
  };
  const timer = setInterval(redraw, FRAME_MS);
  return {
    show: (view) => void views.set(view.run.id, view),
    end() {
      clearInterval(timer);
      if (views.size === 0) return;
      redraw();
      views.clear();
      draw.done();
    },
  };
}

function createPlainDisplay(stream: Writable, label: (view: RunView) => string): RunDisplay {
  const said = new Set<string>();
  const say = (view: RunView, what: string, line: string) => {
    const key = `${view.run.id} ${what}`;
    if (said.has(key)) return;
    said.add(key);
    stream.write(`${label(view)}${line}\n`);
  };
  return {
    show(view) {
      const now = Date.now();
      for (const stage of view.stages.filter(({ state }) => state === 'done'))
        say(view, stage.stage, doneLine(stage, now));
      const { settled, total } = view.updates;
      // While the run queues them, nobody knows yet how many there will be.
      if (total === 0 || isRunActive(view.run.state)) return;
      const state = settled === total ? 'done' : 'begun';
      say(view, `updates ${state}`, `${UPDATES_TITLE}: ${number(settled)} of ${number(total)}`);
    },
    end: () => undefined,
  };
}
