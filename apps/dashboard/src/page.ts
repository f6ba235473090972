import type { RequestHandler, Response } from 'express';
import type { VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { z } from 'zod';
import type { Dependencies } from './dependencies.ts';
import { RequestRefused } from './refusal.ts';
import type { Visit, VisitOf } from './visit.ts';

/** What a page or a form's action answers. */
export type Answer =
  | { readonly kind: 'page'; readonly status: number; readonly content: VNode }
  /** A part of a page, to be put into one that is shown. */
  | { readonly kind: 'part'; readonly content: VNode }
  /** With GET, whatever the request was; a path of ours. */
  | { readonly kind: 'redirect'; readonly to: string };

/** A page or an action: a visit in, an answer out. */
export type Handle = (visit: Visit, deps: Dependencies) => Answer | Promise<Answer>;

/** A page's two halves: `load` reads, `render` shows what was read and reads nothing. */
export interface PageParts<Data> {
  readonly load: (deps: Dependencies, visit: Visit) => Promise<Data>;
  readonly render: (data: Data, visit: Visit) => VNode;
}

export function page<Data>({ load, render }: PageParts<Data>): Handle {
  return async (visit, deps) => showPage(render(await load(deps, visit), visit));
}

/** As `page`, for what is put into a page that is shown already. */
export function part<Data>({ load, render }: PageParts<Data>): Handle {
  return async (visit, deps) => ({ kind: 'part', content: render(await load(deps, visit), visit) });
}

export const showPage = (content: VNode, status = 200): Answer => ({ kind: 'page', status, content });
export const redirect = (to: string): Answer => ({ kind: 'redirect', to });

/** What a form of ours holds. Throws `RequestRefused` where it was not ours that made it. */
export const formOf = <Form>({ request }: Visit, schema: z.ZodType<Form>): Form =>
  parseOr(schema, request.body, 'malformed');

/** What the path names, such as `:connection`. Whatever cannot be one of ours is not there. */
export const pathOf = <Path>({ request }: Visit, schema: z.ZodType<Path>): Path =>
  parseOr(schema, request.params, 'not-found');

/** What the query asks for. */
export const queryOf = <Query>({ request }: Visit, schema: z.ZodType<Query>): Query =>
  parseOr(schema, request.query, 'malformed');

function parseOr<Value>(schema: z.ZodType<Value>, given: unknown, reason: 'malformed' | 'not-found'): Value {
  const parsed = schema.safeParse(given);
  if (!parsed.success) throw new RequestRefused(reason);
  return parsed.data;
}

/** Express's way of calling a page or an action. What it throws, the error page shows. */
export function createServing(deps: Dependencies, visitOf: VisitOf): (handle: Handle) => RequestHandler {
  return (handle) => async (request, response) => {
    const visit = await visitOf(request, response);
    send(response, await handle(visit, deps));
  };
}

/** Nothing of ours is kept by a cache: the next person at the browser may be another. */
export function send(response: Response, answer: Answer): void {
  response.set('cache-control', 'no-store');
  if (answer.kind === 'redirect') response.redirect(303, answer.to);
  else {
    const prolog = answer.kind === 'page' ? '<!doctype html>' : '';
    response
      .status(answer.kind === 'page' ? answer.status : 200)
      .type('html')
      .send(`${prolog}${renderToString(answer.content)}`);
  }
}
