import { MINUTE_MS, SECOND_MS } from '@mcsync/core/domain/instant';
import { RUN_CHANNEL } from '@mcsync/core/store/runs';
import type { Request, RequestHandler, Response } from 'express';
import { renderToString } from 'preact-render-to-string';
import type { Dependencies } from './dependencies.ts';
import { CardContent, eventOf } from './html/connection-card.tsx';
import type { LoadOverview } from './load-overview.ts';
import type { Visit, VisitOf } from './visit.ts';

/** Changes that come together are told together. */
const GATHER_MS = 300;
/** What nobody notifies of, such as an update that was settled, is looked for so often. */
const LOOK_MS = 2 * SECOND_MS;
/** A browser whose session has ended meanwhile is let go after so long at the latest. It connects again, and is refused. */
const LASTS_MS = 5 * MINUTE_MS;

/**
 * Server-sent events for whoever looks at the overview or a connection: one event per connection whose card has changed, with the card. One listener on the database for all of them, while
 * there are any.
 */
export function liveEvents(deps: Dependencies, visitOf: VisitOf, load: LoadOverview): RequestHandler {
  const changes = listenToRuns(deps);
  return async (request, response) => {
    const visit = await visitOf(request, response);
    response
      .status(200)
      .set({
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        // A proxy that gathers answers would keep everything back.
        'x-accel-buffering': 'no',
      })
      .flushHeaders();
    const leaving = AbortSignal.any([goneSignal(request), deps.signal, AbortSignal.timeout(LASTS_MS)]);
    const stop = await changes.join();
    try {
      await tell(response, visit, load, changes.next, leaving);
    } catch (error) {
      if (!leaving.aborted) deps.log.warn({ err: error }, 'live events ended');
    } finally {
      await stop();
      response.end();
    }
  };
}

function goneSignal(request: Request): AbortSignal {
  const gone = new AbortController();
  request.once('close', () => gone.abort());
  return gone.signal;
}

async function tell(
  response: Response,
  visit: Visit,
  load: LoadOverview,
  nextChange: (signal: AbortSignal) => Promise<void>,
  leaving: AbortSignal,
): Promise<void> {
  const told = new Map<string, string>();
  while (!leaving.aborted) {
    const { connections } = await load();
    for (const status of connections) {
      const name = eventOf(status.connection.id);
      const html = renderToString(CardContent({ status, visit }));
      // The first look is what the page shows already, or is about to.
      if (told.get(name) === html) continue;
      told.set(name, html);
      response.write(`event: ${name}\ndata: ${html.replaceAll('\n', ' ')}\n\n`);
    }
    await nextChange(leaving);
  }
}

/** One connection to the database, for all who watch. */
function listenToRuns({ store }: Pick<Dependencies, 'store'>) {
  let watching = 0;
  const wakers = new Set<() => void>();
  let listening: Promise<() => Promise<void>> | null = null;
  const wakeAll = () => {
    for (const wake of wakers) wake();
  };
  return {
    async join(): Promise<() => Promise<void>> {
      watching += 1;
      listening ??= store.listen(RUN_CHANNEL, wakeAll);
      await listening;
      return async () => {
        watching -= 1;
        if (watching > 0 || listening === null) return;
        const stop = listening;
        listening = null;
        await (await stop)();
      };
    },
    /** Resolves a moment after the next change, or after a while without one. */
    async next(signal: AbortSignal): Promise<void> {
      await new Promise<void>((resolve) => {
        const wake = () => {
          wakers.delete(wake);
          signal.removeEventListener('abort', wake);
          clearTimeout(timer);
          setTimeout(resolve, signal.aborted ? 0 : GATHER_MS);
        };
        const timer = setTimeout(wake, LOOK_MS - GATHER_MS);
        wakers.add(wake);
        signal.addEventListener('abort', wake, { once: true });
      });
    },
  };
}
