import { readFileSync } from 'node:fs';
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import { invariant } from '@mcsync/core/domain/invariant';
import type { Queues } from '@mcsync/core/queue/queues';
import type { Express } from 'express';
import { renderToString } from 'preact-render-to-string';
import { z } from 'zod';
import { type BoardEntry, boardEntry } from './html/board-entry.tsx';

const DESCRIPTIONS = {
  stages: 'Stages of runs, one job each',
  chunks: 'Pieces of stages, done in parallel',
  batching: 'Sending updates to Mailchimp',
  polling: 'Looking at batches at Mailchimp',
  persons: 'Syncing one person now',
  schedule: 'What recurs: runs and repair',
} as const satisfies Readonly<Partial<Record<keyof Queues, string>>>;

/** Whatever is a queue of `Queues`. */
export const QUEUE_KEYS = ['stages', 'chunks', 'batching', 'polling', 'persons', 'schedule'] as const;

/** Bull Board with every queue of ours, for a mount at `path`. It guards nothing itself: it stands behind the guards of routes.ts. */
export function bullBoard(path: string, queues: Queues): Express {
  const adapter = new ExpressAdapter().setBasePath(path);
  createBullBoard({
    queues: QUEUE_KEYS.map((name) => new BullMQAdapter(queues[name], { description: DESCRIPTIONS[name] })),
    serverAdapter: adapter,
    options: {
      uiConfig: {
        boardTitle: 'mcsync queues',
        boardLogo: { path: '/assets/icon.svg', width: 24, height: 24 },
        hideDocsLink: true,
        miscLinks: [{ text: 'Overview', url: '/' }],
      },
    },
  });
  const board: Express = adapter.getRouter();
  board.disable('x-powered-by');
  board.engine('ejs', renderEntry);
  return board;
}

const PARAMETERS = z.object({ basePath: z.string(), title: z.string(), uiConfig: z.string() });

/** Renders our page instead of Bull Board's template, with the files that the template names. */
function renderEntry(
  template: string,
  parameters: object,
  done: (error: unknown, html?: string) => void,
): void {
  try {
    const html = renderToString(boardEntry({ ...PARAMETERS.parse(parameters), ...filesOf(template) }));
    done(null, `<!doctype html>${html}`);
  } catch (error) {
    done(error);
  }
}

/** The names of its files differ with every version of Bull Board. */
function filesOf(template: string): Pick<BoardEntry, 'styles' | 'scripts'> {
  const named = [...readFileSync(template, 'utf8').matchAll(/(?:href|src)="(static\/[^"]+\.(?:css|js))"/g)];
  const files = named.map(([, file = '']) => file);
  const styles = files.filter((file) => file.endsWith('.css'));
  const scripts = files.filter((file) => file.endsWith('.js'));
  invariant(styles.length > 0 && scripts.length > 0, "Bull Board's template names its files");
  return { styles, scripts };
}
