import { UsageError } from '@mcsync/core/errors/sync-error';
import type { VNode } from 'preact';
import type { Dependencies } from './dependencies.ts';
import { type Handle, showPage } from './page.ts';
import type { Visit } from './visit.ts';

/** The page of a form, with what is wrong. */
export type ShowAgain = (problems: readonly string[], visit: Visit, deps: Dependencies) => Promise<VNode>;

/** An action that shows the page of its form again, with everything that is wrong, where what was asked for cannot be. */
export const showingProblems =
  (handle: Handle, again: ShowAgain): Handle =>
  async (visit, deps) => {
    try {
      return await handle(visit, deps);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      return showPage(await again(error.problems, visit, deps), 422);
    }
  };
