import { type Request, type RequestHandler, type Response, Router } from 'express';
import type { SandboxClock } from '../clock.ts';
import { createFaultMiddleware } from '../fault-middleware.ts';
import type { Faults } from '../faults.ts';
import { Random } from '../random.ts';
import type { RequestLog } from '../request-log.ts';
import {
  type Answer,
  badGatewayAnswer,
  brokenAnswer,
  forgeryAnswer,
  jsonAnswer,
  maintenanceAnswer,
  notByGetAnswer,
  pageAnswer,
  textAnswer,
} from './answers.ts';
import { ApiSchema } from './api/api-schema.ts';
import { authenticate, type Credentials, type Flow } from './authenticate.ts';
import type { Caller } from './callers.ts';
import type { CivicrmWorld } from './civicrm-world.ts';
import { type Form, readForm } from './form.ts';
import { runCalls } from './run-calls.ts';
import { isAtLeast } from './site.ts';
import { isGettable, isOurs, isRead, readWanted, type Wanted } from './wanted.ts';

export interface CivicrmRouterOptions {
  readonly world: CivicrmWorld;
  readonly clock: SandboxClock;
  readonly faults: Faults;
  readonly requests: RequestLog;
}

/**
 * CiviCRM on WordPress: APIv4 over REST with authx, as recorded in civicrm-recorded.md. To be mounted at the site's base, that is
 * at everything before `/civicrm`.
 */
export function createCivicrmRouter(options: CivicrmRouterOptions): Router {
  const wanted = new WeakMap<Request, Wanted>();
  const schema = new ApiSchema();
  const sessions = new Random(1);
  const breaks = createFaultMiddleware({
    faults: options.faults,
    system: 'civicrm',
    pathsOf: (request) => [...(wanted.get(request)?.paths ?? []), request.path],
    errorAnswer: brokenAnswer,
    badGateway: badGatewayAnswer(),
  });
  const router = Router();
  router.use(read(options, wanted), breaks, (request, response, next) => {
    const asked = wanted.get(request);
    if (asked === undefined) next();
    else send(response, withSession(request, answerTo(request, asked, options, schema), sessions));
  });
  return router;
}

/** Reads what is wanted and logs it. What is no path of ours is left to others. */
function read({ clock, requests }: CivicrmRouterOptions, wanted: WeakMap<Request, Wanted>): RequestHandler {
  return async (request, _response, next) => {
    if (!isOurs(request.path)) {
      next('router');
      return;
    }
    const form = await readForm(request);
    if (form === undefined) return; // nobody is left to be answered
    const asked = readWanted(request.path, form);
    wanted.set(request, asked);
    const kind = asked.paths.every(isRead) ? 'read' : 'write';
    const path = asked.paths.join(',');
    requests.record({ system: 'civicrm', kind, method: request.method, path, at: clock.now() });
    next();
  };
}

/** In the order in which the real one looks: credential, script or browser, reading or writing, then the calls. */
function answerTo(
  request: Request,
  wanted: Wanted,
  { world, faults }: CivicrmRouterOptions,
  schema: ApiSchema,
): Answer {
  if (world.maintenance === 'on' && isAtLeast(world, '6.0')) return maintenanceAnswer();
  const who = authenticate(credentialsOf(request, wanted.form), world);
  if (who.kind === 'refused') return textAnswer(401, who.reason);
  if (who.kind === 'broken') return pageAnswer('is not of type String');
  if (wanted.kind === 'identity') return jsonAnswer(200, identityOf(who.caller, who.flow));
  if (!isFromScript(request, who.flow)) return forgeryAnswer();
  const mayBeGet = wanted.kind === 'single' && wanted.paths.every(isGettable);
  if (request.method !== 'POST' && !mayBeGet) return notByGetAnswer();
  return runCalls(wanted, { world, schema, faults, caller: who.caller, method: request.method });
}

function credentialsOf(request: Request, form: Form): Credentials {
  const fields = request.method === 'GET' ? form.query : form.body;
  return {
    header: (name) => request.get(name),
    authxField: fields.get('_authx') ?? undefined,
    siteKeyField: fields.get('_authxSiteKey') ?? undefined,
  };
}

/** A credential that no browser sends by itself, or the header that scripts send. */
function isFromScript(request: Request, flow: Flow): boolean {
  return flow === 'xheader' || flow === 'param' || request.get('x-requested-with') === 'XMLHttpRequest';
}

/** All null: nobody in particular. */
function identityOf({ contactId, userId }: Caller, flow: Flow) {
  const isKnown = flow !== 'none';
  const how = isKnown ? { flow, cred: 'api_key' } : { flow: null, cred: null };
  return { contact_id: contactId, user_id: userId, ...how };
}

/** PHP gives a cookie to whoever shows none; nobody is known by it (civicrm-recorded.md 19). */
function withSession(request: Request, answer: Answer, sessions: Random): Answer {
  const isKnown = /\bPHPSESSID=/.test(request.get('cookie') ?? '');
  if (isKnown || answer.headers === undefined) return answer;
  const cookie = { 'Set-Cookie': `PHPSESSID=${sessions.hex(26)}; path=/` };
  return { ...answer, headers: { ...answer.headers, ...cookie } };
}

function send(response: Response, { status, contentType, body, headers = {} }: Answer): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.setHeader('Content-Type', contentType);
  response.setHeader('Content-Length', Buffer.byteLength(body));
  response.end(body);
}
