import { type Request, type Response, Router } from 'express';
import type { CivicrmWorld } from '../civicrm-world.ts';
import { readForm } from '../form.ts';
import { html } from './html.ts';
import { renderPage } from './render-page.ts';

/** A page for people at the sandbox's CiviCRM: looks at its state, and does by click what staff do on screen. */
export function createCivicrmPages(world: CivicrmWorld): Router {
  const router = Router();
  router.get('/', async (request, response) => {
    const query = (await readForm(request))?.query ?? new URLSearchParams();
    const view = {
      base: request.baseUrl,
      search: query.get('q')?.trim() ?? '',
      contactId: numberOf(query.get('contact')),
      groupId: numberOf(query.get('group')),
    };
    send(response, 200, renderPage(world, view));
  });
  router.post('/act', async (request, response) => {
    if (isFromElsewhere(request)) {
      send(response, 403, html`<p>Only this page may act.</p>`.text);
      return;
    }
    const fields = (await readForm(request))?.body ?? new URLSearchParams();
    const done = act(world, fields);
    if (done.kind === 'refused') send(response, 400, html`<p>${done.reason}</p>`.text);
    else response.redirect(303, `${request.baseUrl}?contact=${done.contactId}`);
  });
  return router;
}

type Done =
  | { readonly kind: 'done'; readonly contactId: number }
  | { readonly kind: 'refused'; readonly reason: string };

/** What names no contact, group or address that is there is refused with the world's own words. */
function act(world: CivicrmWorld, fields: URLSearchParams): Done {
  const contactId = numberOf(fields.get('contactId')) ?? 0;
  const groupId = numberOf(fields.get('groupId')) ?? 0;
  const emailId = numberOf(fields.get('emailId')) ?? 0;
  const name = { firstName: fields.get('firstName') ?? '', lastName: fields.get('lastName') ?? '' };
  const email = fields.get('email')?.trim() ?? '';
  const acts: Readonly<Record<string, () => unknown>> = {
    'add-contact': () => world.createContact({ ...name, emails: email === '' ? [] : [email] }),
    rename: () => world.editContact(contactId, name),
    trash: () => world.trashContact(contactId),
    restore: () => world.restoreContact(contactId),
    add: () => world.addToGroup(groupId, contactId),
    remove: () => world.removeFromGroup(groupId, contactId),
    hold: () => world.holdEmail(emailId),
    unhold: () => world.unholdEmail(emailId),
  };
  const run = new Map(Object.entries(acts)).get(fields.get('act') ?? '');
  if (run === undefined) return { kind: 'refused', reason: 'Nobody knows how to do that.' };
  try {
    const made = run();
    return { kind: 'done', contactId: typeof made === 'number' ? made : contactId };
  } catch (error) {
    if (error instanceof Error) return { kind: 'refused', reason: error.message };
    throw error;
  }
}

/** Another site's page that lets a browser post here. */
function isFromElsewhere(request: Request): boolean {
  const site = request.get('sec-fetch-site');
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}

const numberOf = (text: string | null): number | null =>
  text !== null && /^\d{1,12}$/.test(text) ? Number(text) : null;

function send(response: Response, status: number, page: string): void {
  response.status(status).type('html').set('Content-Security-Policy', POLICY).send(page);
}

/** No script runs here, whatever a name contains. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'";
