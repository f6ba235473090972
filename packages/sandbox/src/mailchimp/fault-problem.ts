import { randomUUID } from 'node:crypto';
import type { FaultAnswer } from '../fault-answer.ts';
import { type ApiProblem, problemDocument, problems } from './problem.ts';

/** How Mailchimp says the error of an injected fault, by its status. */
export function faultProblem(status: number): FaultAnswer {
  return {
    status,
    contentType: 'application/problem+json; charset=utf-8',
    body: JSON.stringify(problemDocument({ ...partsOf(status), status }, randomUUID())),
  };
}

function partsOf(status: number): ApiProblem {
  switch (status) {
    case 401:
      return problems.keyInvalid();
    case 403:
      return problems.forbidden();
    case 404:
      return problems.notFound();
    case 429:
      return problems.tooManyRequests();
    case 503:
      return problems.unavailable();
    case 504:
      return problems.gatewayTimeout();
    default:
      return status < 500 ? problems.badRequest('The request was malformed.') : problems.serverError();
  }
}
