import type { Administrator } from '@mcsync/core/store/administrators';
import { findTokenOwner } from '@mcsync/core/store/api-tokens';
import express, { type Request, type RequestHandler, type Response, Router } from 'express';
import type { z } from 'zod';
import { hashSecret } from '../cookie.ts';
import { type CsvFile, sendCsv } from '../csv.ts';
import type { Dependencies } from '../dependencies.ts';
import type { createLoading } from '../load-overview.ts';
import { originOf } from '../own-origin.ts';
import { sendProblem } from '../problem.ts';
import { RequestRefused } from '../refusal.ts';
import type { VisitOf } from '../visit.ts';
import type { AnyEndpoint } from './endpoint.ts';
import { ENDPOINTS } from './endpoints.ts';
import { openApiDocument } from './open-api.ts';

const BODY_LIMIT = '256kb';

/**
 * The REST API, for programs with a personal token. A browser that is signed in may read by it, too, and no more: a cookie goes along with what another page makes it send, a token does not.
 */
export function apiRouter(
  deps: Dependencies,
  visitOf: VisitOf,
  load: ReturnType<typeof createLoading>,
): Router {
  const router = Router();
  const document = openApiDocument();
  router.get('/openapi.json', requireCaller(deps, visitOf), (_request, response) => {
    response.set('cache-control', 'no-store').json(document);
  });
  router.use(requireCaller(deps, visitOf), express.json({ limit: BODY_LIMIT }));
  for (const endpoint of ENDPOINTS) {
    const path = endpoint.path.replaceAll(/\{(\w+)\}/g, ':$1');
    router[endpoint.method](path, async (request, response) => {
      const caller = callerOf(response);
      if (endpoint.role === 'administrator' && caller.role !== 'administrator')
        throw new RequestRefused('not-allowed');
      const origin = originOf(request, deps);
      await answer(endpoint, request, response, { ...deps, caller, load, origin });
    });
  }
  return router;
}

function requireCaller(deps: Dependencies, visitOf: VisitOf): RequestHandler {
  return async (request, response, next) => {
    const caller = await findCaller(deps, visitOf, request, response);
    if (caller === null) throw new RequestRefused('not-signed-in');
    response.locals['caller'] = caller;
    next();
  };
}

const callerOf = ({ locals }: Response): Administrator => locals['caller']; // put there by the guard before

async function findCaller(
  { store }: Dependencies,
  visitOf: VisitOf,
  request: Request,
  response: Response,
): Promise<Administrator | null> {
  const [, token] = /^Bearer (\S+)$/i.exec(request.get('authorization') ?? '') ?? [];
  if (token !== undefined) return await findTokenOwner(store.db, hashSecret(token), new Date());
  return request.method === 'GET' ? (await visitOf(request, response)).administrator : null;
}

async function answer(
  endpoint: AnyEndpoint,
  request: Request,
  response: Response,
  context: Parameters<AnyEndpoint['handle']>[1],
): Promise<void> {
  const params = endpoint.params.safeParse(request.params);
  if (!params.success) throw new RequestRefused('not-found');
  const query = endpoint.query.safeParse(request.query);
  const body = endpoint.body?.safeParse(request.body ?? {});
  const problems = [...problemsIn('query', query.error), ...problemsIn('body', body?.error)];
  if (problems.length > 0) return sendProblem(response, { reason: 'invalid', problems, reference: null });
  const given = { params: params.data, query: query.data, body: body?.data };
  // The endpoint's own schemas have just read what it is given.
  const done = await endpoint.handle(given as Parameters<AnyEndpoint['handle']>[0], context);
  if (endpoint.answers === 'csv') return await sendCsv(response, done as CsvFile);
  // As JSON it is what programs see; what the schema does not name stays here.
  const told = endpoint.result.parse(JSON.parse(JSON.stringify(done)));
  response.status(endpoint.status).set('cache-control', 'no-store').json(told);
}

const problemsIn = (place: string, error: z.ZodError | undefined): readonly string[] =>
  (error?.issues ?? []).map(({ path, message }) => `${[place, ...path].join('.')}: ${message}`);
