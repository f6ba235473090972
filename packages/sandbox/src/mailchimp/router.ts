import { randomUUID } from 'node:crypto';
import express, { type ErrorRequestHandler, type Request, type RequestHandler, type Response } from 'express';
import type { SandboxClock } from '../clock.ts';
import { createFaultMiddleware } from '../fault-middleware.ts';
import type { Faults } from '../faults.ts';
import { Random } from '../random.ts';
import type { RequestLog } from '../request-log.ts';
import type { Account } from './account.ts';
import { handleCall, refusal } from './api.ts';
import type { Answer, ApiContext } from './api-call.ts';
import { authenticate, triggeredProblem } from './authenticate.ts';
import { Batches } from './batches.ts';
import { isObject } from './body.ts';
import { faultProblem } from './fault-problem.ts';
import { ListStats } from './list-stats.ts';
import type { MailchimpWorld } from './mailchimp-world.ts';
import { ApiProblem, problems } from './problem.ts';
import { runOperation } from './run-operation.ts';
import { serveResults } from './serve-results.ts';

export interface MailchimpRouterOptions {
  readonly world: MailchimpWorld;
  readonly clock: SandboxClock;
  readonly faults: Faults;
  readonly requests: RequestLog;
  /** The sandbox's own address without `/mailchimp`, such as `http://127.0.0.1:4010`; asked whenever an answer needs it. */
  readonly publicUrl: () => string;
}

const LARGEST_BODY = '32mb';

/** Mailchimp over HTTP, to be mounted at `/mailchimp`: the API under `/3.0`, the result archives under `/results`. */
export function createMailchimpRouter(options: MailchimpRouterOptions): express.Router {
  const { world, faults } = options;
  const context = createContext(options);
  const accounts = new WeakMap<Request, Account>();
  const router = express.Router();
  const breaks = (prefix: string): RequestHandler =>
    createFaultMiddleware({
      faults,
      system: 'mailchimp',
      pathsOf: (request) => [`${prefix}${request.path}`],
      errorAnswer: faultProblem,
    });

  router.use('/3.0', log(options, ''), admit(world, accounts), breaks(''));
  router.use('/3.0', express.text({ type: () => true, limit: LARGEST_BODY }), answerCalls(context, accounts));
  router.use('/results', log(options, '/results'), breaks('/results'), serveResults(context.batches, faults));
  router.use(answerErrors);
  return router;
}

function createContext({ world, clock, faults, publicUrl }: MailchimpRouterOptions): ApiContext {
  const batches = new Batches({
    clock,
    // Its own generator, so that the moment at which a batch ends does not change what the world makes up next.
    random: new Random(world.random.int(0, 2 ** 31)),
    faults,
    settings: () => world.settings,
    run: (account, operation) =>
      runOperation((call) => handleCall(context, call), faults, account, operation),
  });
  const context: ApiContext = {
    world,
    faults,
    batches,
    stats: new ListStats(world),
    base: () => `${publicUrl()}/mailchimp/3.0`,
    resultUrl: (token) => `${publicUrl()}/mailchimp/results/${token}.tar.gz`,
  };
  return context;
}

function log({ requests, clock }: MailchimpRouterOptions, prefix: string): RequestHandler {
  return (request, _response, next) => {
    const { method } = request;
    const kind = method === 'GET' || method === 'HEAD' ? 'read' : 'write';
    requests.record({ system: 'mailchimp', kind, method, path: `${prefix}${request.path}`, at: clock.now() });
    next();
  };
}

/** Checks the key and the number of simultaneous connections. */
function admit(world: MailchimpWorld, accounts: WeakMap<Request, Account>): RequestHandler {
  return (request, response, next) => {
    const account = authenticate(world, request.headers);
    const problem = triggeredProblem(request.headers);
    if (problem !== undefined) throw problem;
    if (account.openRequests >= world.settings.maxConnections) throw problems.tooManyRequests();
    account.openRequests += 1;
    response.once('close', () => {
      // A request that its caller gave up still runs, and still occupies a connection (reference section 2).
      const busy: unknown = response.locals['busy'];
      void Promise.resolve(busy).finally(() => {
        account.openRequests -= 1;
      });
    });
    accounts.set(request, account);
    next();
  };
}

function answerCalls(context: ApiContext, accounts: WeakMap<Request, Account>): RequestHandler {
  return (request, response) => {
    const account = accounts.get(request);
    if (account === undefined) throw problems.keyMissing();
    const body: unknown = request.body;
    const answer = handleCall(context, {
      account,
      method: methodOf(request),
      path: request.path,
      query: new URLSearchParams(request.url.split('?')[1]),
      bodyText: typeof body === 'string' ? body : '',
    });
    send(response, answer);
  };
}

/** X-HTTP-Method-Override is honoured on POST alone. */
function methodOf({ method, headers }: Request): string {
  const override = headers['x-http-method-override'];
  if (override === undefined) return method;
  if (method !== 'POST') throw problems.invalidMethodOverride();
  return String(override).toUpperCase();
}

function send(response: Response, { status, body, headers = {} }: Answer): void {
  const isProblem = status >= 400;
  const instance = isProblem && isObject(body) ? body['instance'] : undefined;
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.setHeader('X-Request-Id', typeof instance === 'string' ? instance : randomUUID());
  const type = isProblem ? 'application/problem+json' : 'application/json';
  response.setHeader('Content-Type', `${type}; charset=utf-8`);
  response.setHeader('Link', `<${isProblem ? PROBLEM_SCHEMA : SCHEMA}>; rel="describedBy"`);
  if (body === undefined) response.end();
  else response.end(JSON.stringify(body));
}

const SCHEMA = 'https://us1.api.mailchimp.com/schema/3.0/Definitions/Response.json';
const PROBLEM_SCHEMA = 'https://us1.api.mailchimp.com/schema/3.0/ProblemDetailDocument.json';

/** Refusals before the call was read, bodies too large, and faults of the sandbox itself, which say so. */
const answerErrors: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent) next(error);
  else send(response, refusal(toProblem(error), randomUUID()));
};

function toProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  const status =
    error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : 500;
  const title = status < 500 ? 'Bad Request' : 'Internal Server Error';
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new ApiProblem({ status, title, detail: `In the sandbox itself: ${detail}` });
}
