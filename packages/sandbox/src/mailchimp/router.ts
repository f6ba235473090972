import { randomUUID } from 'node:crypto';
import express, { type ErrorRequestHandler, type Request, type RequestHandler, type Response } from 'express';
import { createFaultMiddleware } from '../fault-middleware.ts';
import type { RequestLog } from '../request-log.ts';
import type { Account } from './account.ts';
import { handleCall, isDeferred, refusal } from './api.ts';
import { type Answer, type ApiContext, contentOf, type Deferred } from './api-call.ts';
import { authenticate, triggeredProblem } from './authenticate.ts';
import { isObject } from './body.ts';
import { answersGet } from './callback.ts';
import { faultProblem } from './fault-problem.ts';
import type { MailchimpService, MailchimpServiceOptions } from './mailchimp-service.ts';
import type { MailchimpWorld } from './mailchimp-world.ts';
import { serveOauthMetadata } from './oauth-metadata.ts';
import { ApiProblem, problems } from './problem.ts';
import { serveResults } from './serve-results.ts';

export interface MailchimpRouterOptions extends MailchimpServiceOptions {
  readonly service: MailchimpService;
  readonly requests: RequestLog;
}

const LARGEST_BODY = '32mb';

/** Mailchimp over HTTP, to be mounted at `/mailchimp`: the API under `/3.0`, the result archives under `/results`, sign-in under `/oauth2`. */
export function createMailchimpRouter(options: MailchimpRouterOptions): express.Router {
  const { world, faults, service } = options;
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
  router.use(
    '/3.0',
    express.text({ type: () => true, limit: LARGEST_BODY }),
    answerCalls(service.context, accounts),
  );
  router.use('/results', log(options, '/results'), breaks('/results'), serveResults(service.batches, faults));
  router.get('/oauth2/metadata', serveOauthMetadata(world, options.publicUrl));
  router.use(answerErrors);
  return router;
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
  return async (request, response) => {
    const account = accounts.get(request);
    if (account === undefined) throw problems.keyMissing();
    const body: unknown = request.body;
    const answer = handleCall(context, {
      account,
      method: methodOf(request),
      path: request.path,
      query: new URLSearchParams(request.url.split('?')[1]),
      bodyText: typeof body === 'string' ? body : '',
      acceptLanguage: request.headers['accept-language'] ?? '',
    });
    send(response, isDeferred(answer) ? await ask(context, answer) : answer);
  };
}

/** Meanwhile the request goes on occupying one of the account's connections. */
async function ask({ world }: ApiContext, { callbackUrl, conclude }: Deferred): Promise<Answer> {
  return conclude(await answersGet(callbackUrl, world.settings.webhookTimeoutMs));
}

/** X-HTTP-Method-Override is honoured on POST alone. */
function methodOf({ method, headers }: Request): string {
  const override = headers['x-http-method-override'];
  if (override === undefined) return method;
  if (method !== 'POST') throw problems.invalidMethodOverride();
  return String(override).toUpperCase();
}

function send(response: Response, answer: Answer): void {
  const { status, body, headers = {} } = answer;
  const isProblem = status >= 400;
  const instance = isProblem && isObject(body) ? body['instance'] : undefined;
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.setHeader('X-Request-Id', typeof instance === 'string' ? instance : randomUUID());
  const type = isProblem ? 'application/problem+json' : 'application/json';
  response.setHeader('Content-Type', `${type}; charset=utf-8`);
  response.setHeader('Link', `<${isProblem ? PROBLEM_SCHEMA : SCHEMA}>; rel="describedBy"`);
  if (answer.done !== undefined) response.once('close', answer.done);
  response.end(contentOf(answer));
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
