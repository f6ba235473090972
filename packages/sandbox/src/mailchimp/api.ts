import { randomUUID } from 'node:crypto';
import type { Answer, ApiCall, ApiContext, Deferred, Handler } from './api-call.ts';
import { ApiProblem, problemDocument, problems } from './problem.ts';
import { ROUTES } from './routes.ts';

interface CompiledRoute {
  readonly segments: readonly string[];
  readonly handlers: ReadonlyMap<string, Handler>;
}

const COMPILED: readonly CompiledRoute[] = Object.entries(ROUTES).map(([pattern, methods]) => ({
  segments: segmentsOf(pattern),
  handlers: new Map(Object.entries(methods)),
}));

/** Answers a call, perhaps only once a URL was asked; a refusal is an answer too. Throws only what is a fault of the sandbox itself. */
export function handleCall(context: ApiContext, call: ApiCall): Answer | Deferred {
  const answer = orRefusal(() => route(context, call));
  if (!isDeferred(answer)) return answer;
  const { callbackUrl, conclude } = answer;
  return { callbackUrl, conclude: (isAnswered) => orRefusal(() => conclude(isAnswered)) };
}

export const isDeferred = (answer: Answer | Deferred): answer is Deferred => 'conclude' in answer;

function orRefusal<T>(answer: () => T): T | Answer {
  try {
    return answer();
  } catch (error) {
    if (error instanceof ApiProblem) return refusal(error, randomUUID());
    throw error;
  }
}

/** A refusal as an answer with its problem document. */
export function refusal(problem: ApiProblem, instance: string): Answer {
  return { status: problem.status, body: problemDocument(problem, instance), headers: problem.headers };
}

function route(context: ApiContext, call: ApiCall): Answer | Deferred {
  const segments = segmentsOf(call.path);
  for (const { segments: pattern, handlers } of COMPILED) {
    const params = match(pattern, segments);
    if (params === null) continue;
    const handler = handlers.get(call.method);
    if (handler === undefined) throw problems.methodNotAllowed([...handlers.keys()]);
    return handler(context, { ...call, params });
  }
  throw problems.notFound();
}

function match(pattern: readonly string[], segments: readonly string[]): ReadonlyMap<string, string> | null {
  if (pattern.length !== segments.length) return null;
  const params = new Map<string, string>();
  for (const [n, part] of pattern.entries()) {
    const segment = segments[n] ?? '';
    if (part.startsWith(':')) params.set(part.slice(1), decode(segment));
    else if (part !== segment) return null;
  }
  return params;
}

function segmentsOf(path: string): readonly string[] {
  return path.split('/').filter((segment) => segment !== '');
}

/** A broken percent-encoding names nothing that exists. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    if (error instanceof URIError) throw problems.notFound();
    throw error;
  }
}
