import { faultAnswer } from '../fault-answer.ts';
import { type FaultKind, type Faults, HTTP_FAULT_KINDS } from '../faults.ts';
import type { Account } from './account.ts';
import { type Answer, type ApiCall, contentOf } from './api-call.ts';
import type { Operation } from './batch.ts';
import { isObject } from './body.ts';
import { faultProblem } from './fault-problem.ts';
import type { OperationResult } from './result-archive.ts';

/** Page size of a GET that names none and so is walked to its end. GUESS: not published. */
const WALKED_COUNT = 100;

/** An operation has no connection of its own to be broken. */
const OF_CONNECTIONS: readonly FaultKind[] = ['truncated-json', 'reset', 'reset-after', 'slow', 'slow-after'];
const ANSWERING: ReadonlySet<FaultKind> = new Set(
  HTTP_FAULT_KINDS.filter((kind) => !OF_CONNECTIONS.includes(kind)),
);

/** How a direct call is answered; inside a batch nobody waits for a URL. */
export type Handle = (call: ApiCall) => Answer;

/**
 * One operation of a batch through the handlers of direct calls. A GET of a collection without `count` walks all its pages, each
 * with a result of its own (reference 6.1). A fault of scope `batch-operation` strikes here, before the operation takes effect.
 */
export function runOperation(
  handle: Handle,
  faults: Faults,
  account: Account,
  operation: Operation,
): readonly OperationResult[] {
  const { method, path, query, bodyText, operationId } = operation;
  const target = { system: 'mailchimp', method, paths: [path], scope: 'batch-operation' } as const;
  const fault = faults.take(ANSWERING, target);
  const broken = fault === null ? null : faultAnswer(fault, faultProblem);
  if (broken !== null) {
    return [{ status_code: broken.status, operation_id: operationId, response: broken.body }];
  }
  const call: ApiCall = { account, method, path, query, bodyText };
  const answers = method === 'GET' && !query.has('count') ? walk(handle, call) : [handle(call)];
  return answers.map((answer) => {
    const response = contentOf(answer).toString();
    answer.done?.();
    return { status_code: answer.status, operation_id: operationId, response };
  });
}

function walk(handle: Handle, call: ApiCall): readonly Answer[] {
  const pageAt = (offset: number): Answer => {
    const query = new URLSearchParams(call.query);
    query.set('count', String(WALKED_COUNT));
    query.set('offset', String(offset));
    return handle({ ...call, query });
  };
  const answers = [pageAt(0)];
  const total = totalOf(answers[0]);
  for (let offset = WALKED_COUNT; offset < total; offset += WALKED_COUNT) answers.push(pageAt(offset));
  return answers;
}

/** How many items a collection has; 0 for what is none. */
function totalOf(answer: Answer | undefined): number {
  const total = answer?.totalItems ?? (isObject(answer?.body) ? answer.body['total_items'] : 0);
  return typeof total === 'number' ? total : 0;
}
