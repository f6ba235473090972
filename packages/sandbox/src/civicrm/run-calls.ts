import type { Fault, FaultKind, Faults } from '../faults.ts';
import { type Answer, jsonAnswer, pageAnswer } from './answers.ts';
import { ApiError, PageError } from './api/api-error.ts';
import type { ApiSchema } from './api/api-schema.ts';
import { type ApiAnswer, type ApiCall, callApi } from './api/call-api.ts';
import type { Caller } from './callers.ts';
import type { CivicrmWorld } from './civicrm-world.ts';
import { DatabaseError } from './site.ts';
import { isRead, type Wanted } from './wanted.ts';

/** What calls run on. */
export interface CallSession {
  readonly world: CivicrmWorld;
  readonly schema: ApiSchema;
  readonly faults: Faults;
  readonly caller: Caller;
  readonly method: string;
}

type Outcome =
  | { readonly kind: 'done'; readonly body: ApiAnswer }
  | { readonly kind: 'failed'; readonly error: ApiError | DatabaseError }
  | { readonly kind: 'page'; readonly message: string };

/** Runs the calls of a request, one after the other, each for itself; nothing is undone when one fails. */
export function runCalls(wanted: Wanted, session: CallSession): Answer {
  const { kind, calls } = wanted;
  if (calls === undefined) {
    return pageAnswer('array_diff_key(): Argument #2 must be of type array, null given');
  }
  if (kind === 'multi') return runSeveral(calls, wanted, session);
  const [call] = calls.values();
  return call === undefined ? pageAnswer('No call') : runOne(call, session);
}

function runOne(call: ApiCall, session: CallSession): Answer {
  const outcome = run(call, session);
  switch (outcome.kind) {
    case 'done':
      return jsonAnswer(200, outcome.body);
    case 'failed':
      return jsonAnswer(statusOf(outcome.error), failureBody(outcome.error, session));
    case 'page':
      return pageAnswer(outcome.message);
  }
}

/** 200 if any call succeeded, else the status of the first failure (civicrm-api.md 1.7). */
function runSeveral(calls: ReadonlyMap<string, ApiCall>, { isList }: Wanted, session: CallSession): Answer {
  const bodies: (readonly [string, unknown])[] = [];
  const statuses: number[] = [];
  for (const [key, call] of calls) {
    const outcome = run(call, session);
    if (outcome.kind === 'done') {
      statuses.push(200);
      bodies.push([key, outcome.body]);
    } else {
      // Among several calls there is no page to end on: what does not exist is an error like others.
      const error = outcome.kind === 'failed' ? outcome.error : new ApiError(notThere(call, session.schema));
      statuses.push(statusOf(error));
      bodies.push([key, failureBody(error, session)]);
    }
  }
  const status = statuses.includes(200) ? 200 : (statuses[0] ?? 200);
  return jsonAnswer(status, isList ? bodies.map(([, body]) => body) : Object.fromEntries(bodies));
}

const notThere = ({ entity, action }: ApiCall, schema: ApiSchema): string =>
  schema.has(entity)
    ? `Api ${entity} ${action} version 4 does not exist.`
    : `API (${entity}, ${action}) does not exist (or the extension it belongs to is not enabled).`;

function run(call: ApiCall, session: CallSession): Outcome {
  const { world, schema, caller } = session;
  try {
    const body = callApi(
      { site: world, schema, caller, losesRace: (racing) => strike('lose-race', racing, session) !== null },
      call,
    );
    const shortening = isRead(`${call.entity}/${call.action}`) ? strike('drop-rows', call, session) : null;
    return { kind: 'done', body: shortening === null ? body : shorten(body, shortening) };
  } catch (error) {
    if (error instanceof PageError) return { kind: 'page', message: error.message };
    if (error instanceof ApiError || error instanceof DatabaseError) return { kind: 'failed', error };
    throw error;
  }
}

function strike(kind: FaultKind, { entity, action }: ApiCall, { faults, method }: CallSession): Fault | null {
  const target = { system: 'civicrm', method, paths: [`${entity}/${action}`] } as const;
  return faults.take(new Set([kind]), target);
}

/** The fault `drop-rows`: a share of the rows is missing, half of them if it does not say, and the counts agree with what is left. */
function shorten(answer: ApiAnswer, { share = 0.5 }: Fault): ApiAnswer {
  if (!Array.isArray(answer.values)) return answer;
  const left = (rows: number) => Math.floor(rows * (1 - share));
  const values = answer.values.slice(0, left(answer.values.length));
  if (answer.countMatched === undefined) {
    return { ...answer, values, count: values.length, countFetched: values.length };
  }
  const total = left(answer.countMatched);
  return { ...answer, values, count: total, countFetched: values.length, countMatched: total };
}

const statusOf = (error: ApiError | DatabaseError): number =>
  error instanceof ApiError ? error.status : 500;

/** What went wrong, in words only for those who may see debug output (civicrm-api.md 1.6). */
function failureBody(error: ApiError | DatabaseError, { caller, world }: CallSession): object {
  const status = statusOf(error);
  const errorId = world.takeErrorId();
  if (caller.may('view debug output')) {
    return { error_id: errorId, error_code: 0, error_message: error.message, status };
  }
  const message = `Sorry an error occurred and your request was not completed. (Error ID: ${errorId})`;
  return { error_code: '1', error_message: message, status };
}
