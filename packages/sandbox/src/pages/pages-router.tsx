import express, { type ErrorRequestHandler, type Request, type RequestHandler, type Response } from 'express';
import type { VNode } from 'preact';
import { MAILCHIMP_ACTS } from '../control-acts.ts';
import { type Fault, HTTP_FAULT_KINDS, WORLD_FAULT_KINDS } from '../faults.ts';
import type { Sandbox } from '../sandbox.ts';
import { EntryPage } from './entry-page.tsx';
import { renderPage } from './layout.tsx';
import { MailchimpPage } from './mailchimp-page.tsx';
import { refuseOtherSites } from './same-site.ts';

/** The sandbox's pages for people, to be mounted at `/`: plain forms that work without JavaScript. */
export function createPagesRouter(sandbox: Sandbox): express.Router {
  const router = express.Router();
  router.use('/pages', refuseOtherSites, express.urlencoded({ extended: false }));
  router.get('/', (_request, response) => {
    send(response, <EntryPage sandbox={sandbox} />);
  });
  router.get('/pages/mailchimp', showMailchimp(sandbox));
  router.post(
    '/pages/mailchimp/act',
    form((fields) => runAct(sandbox, fields)),
  );
  router.post(
    '/pages/clock',
    form((fields) => moveClock(sandbox, fields)),
  );
  router.post(
    '/pages/faults',
    form((fields) => sandbox.faults.inject(readFault(fields))),
  );
  router.post(
    '/pages/faults/mend',
    form((fields) => sandbox.faults.remove(textIn(fields, 'id'))),
  );
  router.use('/pages', goBackWithError);
  return router;
}

type Fields = Readonly<Record<string, unknown>>;

function showMailchimp(sandbox: Sandbox): RequestHandler {
  return (request, response) => {
    const text = (name: string): string => textIn(request.query, name);
    const query = {
      search: text('search'),
      status: text('status'),
      page: Math.max(1, Number.parseInt(text('page'), 10) || 1),
    };
    const here = new URLSearchParams({ audience: text('audience'), ...query, page: String(query.page) });
    const page = (
      <MailchimpPage
        parts={sandbox}
        audienceId={text('audience')}
        query={query}
        error={text('error')}
        back={`/pages/mailchimp?${here}`}
      />
    );
    send(response, page);
  };
}

/** No script runs here, whatever a name contains. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'";

function send(response: Response, page: VNode): void {
  response.set('Content-Security-Policy', POLICY).send(renderPage(page));
}

/** Does it, and leads back to where the click was. */
function form(run: (fields: Fields) => unknown): RequestHandler {
  return (request, response) => {
    run(fieldsOf(request));
    goBack(request, response, '');
  };
}

const goBackWithError: ErrorRequestHandler = (error: unknown, request, response, _next) => {
  goBack(request, response, error instanceof Error ? error.message : String(error));
};

/** Only to a page of ours. */
function goBack(request: Request, response: Response, error: string): void {
  const back = textIn(fieldsOf(request), 'back');
  const [path, search] = /^\/pages\/[a-z]/.test(back) ? back.split('?') : ['/pages/mailchimp'];
  const query = new URLSearchParams(search);
  query.delete('error');
  if (error !== '') query.set('error', error);
  response.redirect(303, `${path}?${query}`);
}

function runAct(sandbox: Sandbox, fields: Fields): void {
  const name = textIn(fields, 'act');
  const act = Object.hasOwn(MAILCHIMP_ACTS, name) ? MAILCHIMP_ACTS[name] : undefined;
  if (act === undefined) throw new Error(`There is no act ${name}`);
  const named = fields['firstName'] !== undefined || fields['lastName'] !== undefined;
  const mergeValues = { FNAME: textIn(fields, 'firstName'), LNAME: textIn(fields, 'lastName') };
  act(sandbox, {
    listId: textIn(fields, 'listId'),
    email: textIn(fields, 'email'),
    ...(named ? { mergeValues } : {}),
  });
}

function moveClock({ clock }: Sandbox, fields: Fields): void {
  switch (textIn(fields, 'do')) {
    case 'freeze':
      clock.freeze();
      return;
    case 'release':
      clock.release();
      return;
    default: {
      const minutes = numberIn(fields, 'minutes');
      clock.advance((minutes ?? 0) * 60_000);
    }
  }
}

function readFault(fields: Fields): Fault {
  const kind = [...HTTP_FAULT_KINDS, ...WORLD_FAULT_KINDS].find((known) => known === fields['kind']);
  if (kind === undefined) throw new Error(`There is no fault ${textIn(fields, 'kind')}`);
  const system = fields['system'] === 'civicrm' ? 'civicrm' : 'mailchimp';
  const numbers = ['times', 'probability', 'delayMs'].flatMap((name) => {
    const value = numberIn(fields, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  const path = textIn(fields, 'path');
  return { system, kind, ...(path === '' ? {} : { path }), ...Object.fromEntries(numbers) };
}

function numberIn(fields: Fields, name: string): number | undefined {
  const text = textIn(fields, name).trim();
  if (text === '') return undefined;
  const value = Number(text);
  if (!Number.isFinite(value)) throw new Error(`"${name}" must be a number`);
  return value;
}

function fieldsOf({ body }: Request): Fields {
  return typeof body === 'object' && body !== null ? { ...body } : {};
}

function textIn(fields: Fields, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : '';
}
