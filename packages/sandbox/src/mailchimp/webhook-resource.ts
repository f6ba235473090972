import {
  type Answer,
  type ApiContext,
  audienceOf,
  bodyOf,
  type Deferred,
  NO_CONTENT,
  ok,
  param,
  type RoutedCall,
} from './api-call.ts';
import { checkSchema, isObject, type JsonObject, requireProperties } from './body.ts';
import { checkUrl, onceAnswered } from './callback.ts';
import { selfLink } from './links.ts';
import { problems } from './problem.ts';
import { cutPage, pageOf } from './query.ts';
import { EVENT_NAMES, SOURCE_NAMES, type Webhook } from './webhook.ts';

const SCHEMA = { url: 'string', events: 'object', sources: 'object' } as const;

/** GET /lists/{list_id}/webhooks */
export function listWebhooks(context: ApiContext, call: RoutedCall): Answer {
  const { id } = audienceOf(call);
  const webhooks = context.webhooks.ofAudience(id);
  return ok(call, {
    webhooks: cutPage(webhooks, pageOf(call.query)).map((webhook) => rendered(context, webhook)),
    list_id: id,
    total_items: webhooks.length,
    _links: selfLink(context.base(), `/lists/${id}/webhooks`, 'Lists/Webhooks/Collection'),
  });
}

/** GET …/webhooks/{webhook_id} */
export function getWebhook(context: ApiContext, call: RoutedCall): Answer {
  return ok(call, rendered(context, webhookOf(context, call)));
}

/** POST …/webhooks: the URL has to answer a GET first; the secret is shown this once (reference 7.1). */
export function postWebhook(context: ApiContext, call: RoutedCall): Deferred {
  const { id } = audienceOf(call);
  const json = parse(call);
  requireProperties(json, ['url']);
  const url = checkUrl(json);
  checkOnlyOne(context.webhooks.ofAudience(id), url);
  return onceAnswered(url, () => {
    const events = namesIn(json['events'], EVENT_NAMES);
    const sources = namesIn(json['sources'], SOURCE_NAMES);
    const webhook = context.webhooks.add(id, { url, events, sources });
    const secret = webhook.secret === null ? {} : { signing_secret: webhook.secret };
    return ok(call, { ...rendered(context, webhook), ...secret });
  });
}

/** PATCH …/webhooks/{webhook_id}: a new URL has to answer as well. */
export function patchWebhook(context: ApiContext, call: RoutedCall): Answer | Deferred {
  const webhook = webhookOf(context, call);
  const json = parse(call);
  const url = json['url'] === undefined ? webhook.url : checkUrl(json);
  const change = (): Answer => {
    webhook.url = url;
    webhook.events = changed(webhook.events, json['events'], EVENT_NAMES);
    webhook.sources = changed(webhook.sources, json['sources'], SOURCE_NAMES);
    return ok(call, rendered(context, webhook));
  };
  if (url === webhook.url) return change();
  checkOnlyOne(context.webhooks.ofAudience(webhook.listId), url);
  return onceAnswered(url, change);
}

/** DELETE …/webhooks/{webhook_id} */
export function deleteWebhook(context: ApiContext, call: RoutedCall): Answer {
  context.webhooks.remove(webhookOf(context, call));
  return NO_CONTENT;
}

function parse(call: RoutedCall): JsonObject {
  const json = bodyOf(call);
  checkSchema(json, SCHEMA);
  for (const [part, names] of [
    ['events', EVENT_NAMES],
    ['sources', SOURCE_NAMES],
  ] as const) {
    const given = json[part];
    const booleans = Object.fromEntries(names.map((name) => [name, 'boolean' as const]));
    if (isObject(given)) checkSchema(given, booleans, `${part}.`);
  }
  return json;
}

function webhookOf({ webhooks }: ApiContext, call: RoutedCall): Webhook {
  const webhook = webhooks.ofAudience(audienceOf(call).id).find(({ id }) => id === param(call, 'webhook_id'));
  if (webhook === undefined) throw problems.notFound();
  return webhook;
}

function checkOnlyOne(present: readonly Webhook[], url: string): void {
  if (!present.some((webhook) => webhook.url === url)) return;
  throw problems.invalidResource(`Sorry, you can't set up multiple WebHooks for one URL.`);
}

/** What is not said is off: the real defaults are not reliable. */
const namesIn = (given: unknown, names: readonly string[]): ReadonlySet<string> =>
  new Set(names.filter((name) => isObject(given) && given[name] === true));

const changed = (
  present: ReadonlySet<string>,
  given: unknown,
  names: readonly string[],
): ReadonlySet<string> =>
  new Set(
    names.filter((name) =>
      isObject(given) && given[name] !== undefined ? given[name] === true : present.has(name),
    ),
  );

function rendered({ base }: ApiContext, webhook: Webhook): Record<string, unknown> {
  const { id, url, listId, events, sources, secret } = webhook;
  return {
    id,
    url,
    events: flags(EVENT_NAMES, events),
    sources: flags(SOURCE_NAMES, sources),
    list_id: listId,
    signing_enabled: secret !== null,
    _links: selfLink(base(), `/lists/${listId}/webhooks/${id}`, 'Lists/Webhooks'),
  };
}

const flags = (names: readonly string[], on: ReadonlySet<string>): Record<string, boolean> =>
  Object.fromEntries(names.map((name) => [name, on.has(name)]));
