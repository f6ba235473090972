import { randomBytes } from 'node:crypto';
import type { Logger } from '@mcsync/core/log';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { isApi } from './guards.ts';
import { send, showPage } from './page.ts';
import { errorPage } from './pages/error.tsx';
import { sendProblem } from './problem.ts';
import { problemsOf, REFUSALS, RequestRefused, reasonFor } from './refusal.ts';

/** For what no route has answered. */
export const answerNotFound: RequestHandler = () => {
  throw new RequestRefused('not-found');
};

/** Whatever is thrown ends here: as a page, or as a problem document for programs. What went wrong on our side is logged, and only its reference is shown. */
export function answerErrors(log: Logger): ErrorRequestHandler {
  return (error, request, response, next) => {
    const reason = reasonFor(error);
    const reference = reason === 'failed' ? randomBytes(4).toString('hex') : null;
    if (reference !== null)
      log.error({ err: error, reference, method: request.method, path: request.path }, 'request failed');
    if (response.headersSent) return next(error);
    const { status, title, text } = REFUSALS[reason];
    const problems = problemsOf(error);
    if (isApi(request)) sendProblem(response, { reason, problems, reference });
    else send(response, showPage(errorPage({ title, text, problems, reference }), status));
  };
}
