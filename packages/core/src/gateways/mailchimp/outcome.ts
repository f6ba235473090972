import type { CallOutcome } from '../../domain/mailchimp-call.ts';
import { type Answer, type Problem, readProblem } from './answer.ts';
import type { OperationResult } from './mailchimp.ts';
import { type MemberView, NO_VIEW } from './profile.ts';
import { memberSchema, operationResultSchema } from './schemas.ts';
import { toMemberRecord } from './translate.ts';

/**
 * What a write of our own came to. "Transient" only where Mailchimp has surely not taken it: 429, a 403 of the gate-keeper before it, no connection. After a 5xx or a cut line it may have
 * (mailchimp-api.md 2). Faults of the whole account are not looked for here.
 */
export function toCallOutcome(answer: Answer, view: MemberView = NO_VIEW): CallOutcome {
  switch (answer.kind) {
    case 'ok':
      return toDone(answer.httpStatus, answer.body, view);
    case 'problem':
      if (answer.httpStatus === 429) return { kind: 'transient', httpStatus: 429, title: answer.title };
      return answer.httpStatus >= 500 ? unknown(answer.httpStatus) : toRefused(answer);
    case 'garbled':
      return answer.httpStatus === 429 || answer.httpStatus === 403
        ? { kind: 'transient', httpStatus: answer.httpStatus, title: '' }
        : unknown(answer.httpStatus);
    case 'none':
      return answer.why === 'network' && answer.failure.isUnsent
        ? { kind: 'transient', httpStatus: null, title: '' }
        : unknown(null);
  }
}

/**
 * One line of a result archive. A line that cannot be read is an unknown outcome, not an error: its neighbours are fine. Inside a batch a 5xx is that operation's own, with nothing between it
 * and Mailchimp, so it may be sent again; so may what met a closed account (401, 403), which says nothing of the member.
 */
export function toOperationResult(line: unknown, view: MemberView = NO_VIEW): OperationResult {
  const parsed = operationResultSchema.safeParse(line);
  if (!parsed.success) return { operationId: readOperationId(line), outcome: unknown(null) };
  const { status_code: httpStatus, operation_id: operationId, response } = parsed.data;
  return { operationId: operationId ?? null, outcome: toOperationOutcome(httpStatus, response ?? '', view) };
}

function toOperationOutcome(httpStatus: number, response: string, view: MemberView): CallOutcome {
  const body = parseJson(response);
  if (httpStatus < 400) return toDone(httpStatus, httpStatus === 204 ? null : body, view);
  const problem = readProblem(body, httpStatus);
  if (httpStatus >= 500 || httpStatus === 429 || httpStatus === 401 || httpStatus === 403)
    return { kind: 'transient', httpStatus, title: problem?.title ?? '' };
  return problem === null ? unknown(httpStatus) : toRefused(problem);
}

/** A 2xx counts as done only with the member in it, or with nothing where nothing is due (204): the base moves on what Mailchimp says. */
function toDone(httpStatus: number, body: unknown, view: MemberView): CallOutcome {
  if (httpStatus === 204) return { kind: 'done', httpStatus, member: null };
  const member = memberSchema.safeParse(body);
  return member.success
    ? { kind: 'done', httpStatus, member: toMemberRecord(member.data, view) }
    : unknown(httpStatus);
}

function toRefused({ httpStatus, title, detail }: Omit<Problem, 'retryAfterMs'>): CallOutcome {
  return { kind: 'refused', httpStatus, title, detail };
}

const unknown = (httpStatus: number | null): CallOutcome => ({ kind: 'unknown', httpStatus });

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not JSON: whoever asked sees that nothing is there
  }
}

function readOperationId(line: unknown): string | null {
  const id = typeof line === 'object' && line !== null && 'operation_id' in line ? line.operation_id : null;
  return typeof id === 'string' ? id : null;
}
