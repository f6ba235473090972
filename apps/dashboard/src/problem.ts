import type { Response } from 'express';
import { REFUSALS, type RefusalReason } from './refusal.ts';

/** Why a program gets nothing. */
export interface Refused {
  readonly reason: RefusalReason;
  /** All that is wrong, each with what to do; empty where the title says it. */
  readonly problems: readonly string[];
  /** By which the log says more. */
  readonly reference: string | null;
}

/** Answers with a problem document (RFC 9457). `type` is a name of ours to branch on; it leads nowhere. */
export function sendProblem(response: Response, { reason, problems, reference }: Refused): void {
  const { status, title, text } = REFUSALS[reason];
  const detail = problems.length > 0 ? problems.join(' ') : text;
  response
    .status(status)
    .set('cache-control', 'no-store')
    .type('application/problem+json')
    .send(
      JSON.stringify({
        ...{ type: `urn:mcsync:problem:${reason}`, title, status, detail },
        ...(problems.length > 0 && { problems }),
        ...(reference !== null && { reference }),
      }),
    );
}
