import { setTimeout as sleep } from 'node:timers/promises';
import type { Request, RequestHandler, Response } from 'express';
import { type FaultAnswer, faultAnswer, withOwnBody } from './fault-answer.ts';
import { type Fault, type FaultKind, type Faults, HTTP_FAULT_KINDS, type SystemName } from './faults.ts';

export interface FaultMiddlewareOptions {
  readonly faults: Faults;
  readonly system: SystemName;
  /** The names of the request that a fault's `path` is matched on; by default the path below the mount point. */
  readonly pathsOf?: (request: Request) => readonly string[];
  /** How this system says an error in JSON (or plain text): 401, 429, 500, 503. */
  readonly errorAnswer: (status: number) => FaultAnswer;
  /** What the server before this system answers while the system is down, if not the usual page. */
  readonly badGateway?: FaultAnswer;
}

const HTTP_KINDS: ReadonlySet<FaultKind> = new Set<FaultKind>(HTTP_FAULT_KINDS);

/**
 * Express middleware that waits out the system's latency, then breaks the request if a fault strikes it.
 * Mount it after the body parser where `pathsOf` needs the body. `res.locals['busy']` is a promise of the time a slow request
 * still runs, whether or not its caller is still there.
 */
export function createFaultMiddleware(options: FaultMiddlewareOptions): RequestHandler {
  const { faults, system, pathsOf = (request) => [request.path] } = options;
  return async (request, response, next) => {
    const latencyMs = faults.latency(system);
    if (latencyMs > 0) await hold(response, latencyMs);
    const fault = faults.take(HTTP_KINDS, { system, method: request.method, paths: pathsOf(request) });
    if (fault === null) next();
    else await strike(fault, options, response, next);
  };
}

async function strike(
  fault: Fault,
  { errorAnswer, badGateway }: FaultMiddlewareOptions,
  response: Response,
  next: () => void,
): Promise<void> {
  const page = fault.kind === 'bad-gateway-html' ? badGateway : undefined;
  const answer = page === undefined ? faultAnswer(fault, errorAnswer) : withOwnBody(fault, page);
  if (answer !== null) {
    if (fault.delayMs !== undefined) await hold(response, fault.delayMs);
    send(response, answer, fault.retryAfter ?? answer.retryAfter);
    return;
  }
  switch (fault.kind) {
    case 'reset':
      response.socket?.destroy();
      return;
    case 'reset-after':
      resetInsteadOfAnswer(response);
      break;
    case 'truncated-json':
      truncateAnswer(response);
      break;
    case 'slow':
      await hold(response, fault.delayMs ?? 0);
      break;
    case 'slow-after':
      delayAnswer(response, fault.delayMs ?? 0);
      break;
    default:
      throw new Error(`The fault kind ${fault.kind} is not one of the HTTP kinds`);
  }
  next();
}

function send(response: Response, answer: FaultAnswer, retryAfter: number | undefined): void {
  if (retryAfter !== undefined) response.setHeader('Retry-After', String(retryAfter));
  response.statusCode = answer.status;
  response.setHeader('Content-Type', answer.contentType);
  response.setHeader('Content-Length', Buffer.byteLength(answer.body));
  response.end(answer.body);
}

/** Real time, not the sandbox's: clients measure their time limits in it. Never keeps the process alive. */
function hold(response: Response, ms: number): Promise<void> {
  const held = sleep(ms, undefined, { ref: false });
  response.locals['busy'] = held;
  return held;
}

/** The handler runs to its end and does not notice; the caller never learns what came of it. */
function resetInsteadOfAnswer(response: Response): void {
  Object.assign(response, {
    write: () => true,
    end: () => {
      response.socket?.destroy();
      return response;
    },
  });
}

function delayAnswer(response: Response, ms: number): void {
  const end = response.end.bind(response);
  Object.assign(response, {
    end: (body?: string | Buffer) => {
      void hold(response, ms).then(() => (body === undefined ? end() : end(body)));
      return response;
    },
  });
}

/** Valid HTTP, broken JSON: the length announced is the length sent. */
function truncateAnswer(response: Response): void {
  const end = response.end.bind(response);
  Object.assign(response, {
    end: (body?: string | Buffer) => {
      const whole = Buffer.from(body ?? '');
      const half = whole.subarray(0, Math.floor(whole.length / 2));
      response.setHeader('Content-Length', half.length);
      return end(half);
    },
  });
}
