import {
  type Answer,
  type ApiContext,
  bodyOf,
  type Deferred,
  NO_CONTENT,
  ok,
  param,
  type RoutedCall,
} from './api-call.ts';
import { checkSchema, type JsonObject, requireProperties } from './body.ts';
import { checkUrl, onceAnswered } from './callback.ts';
import { selfLink } from './links.ts';
import { problems } from './problem.ts';
import { cutPage, pageOf } from './query.ts';
import type { BatchWebhook } from './webhook.ts';

/** Per account (reference section 2). */
const MOST = 20;
const SCHEMA = { url: 'string', enabled: 'boolean' } as const;

/** GET /batch-webhooks */
export function listBatchWebhooks(context: ApiContext, call: RoutedCall): Answer {
  const webhooks = context.webhooks.ofBatches(call.account.id);
  return ok(call, {
    webhooks: cutPage(webhooks, pageOf(call.query)).map((webhook) => rendered(context, webhook)),
    total_items: webhooks.length,
    _links: selfLink(context.base(), '/batch-webhooks', 'BatchWebhooks/Collection'),
  });
}

/** GET /batch-webhooks/{batch_webhook_id} */
export function getBatchWebhook(context: ApiContext, call: RoutedCall): Answer {
  return ok(call, rendered(context, webhookOf(context, call)));
}

/** POST /batch-webhooks: at most 20, and the URL has to answer a GET first (reference 7.2). */
export function postBatchWebhook(context: ApiContext, call: RoutedCall): Deferred {
  const json = parse(call);
  requireProperties(json, ['url']);
  const url = checkUrl(json);
  if (context.webhooks.ofBatches(call.account.id).length >= MOST) {
    throw problems.invalidResource(`An account can have ${MOST} batch webhooks.`);
  }
  return onceAnswered(url, () => {
    const webhook = context.webhooks.addForBatches(call.account.id, url);
    webhook.isOn = json['enabled'] !== false;
    const secret = webhook.secret === null ? {} : { signing_secret: webhook.secret };
    return ok(call, { ...rendered(context, webhook), ...secret });
  });
}

/** PATCH /batch-webhooks/{batch_webhook_id} */
export function patchBatchWebhook(context: ApiContext, call: RoutedCall): Answer | Deferred {
  const webhook = webhookOf(context, call);
  const json = parse(call);
  const url = json['url'] === undefined ? webhook.url : checkUrl(json);
  const change = (): Answer => {
    webhook.url = url;
    if (typeof json['enabled'] === 'boolean') webhook.isOn = json['enabled'];
    return ok(call, rendered(context, webhook));
  };
  return url === webhook.url ? change() : onceAnswered(url, change);
}

/** DELETE /batch-webhooks/{batch_webhook_id} */
export function deleteBatchWebhook(context: ApiContext, call: RoutedCall): Answer {
  context.webhooks.remove(webhookOf(context, call));
  return NO_CONTENT;
}

function parse(call: RoutedCall): JsonObject {
  const json = bodyOf(call);
  checkSchema(json, SCHEMA);
  return json;
}

function webhookOf({ webhooks }: ApiContext, call: RoutedCall): BatchWebhook {
  const id = param(call, 'batch_webhook_id');
  const webhook = webhooks.ofBatches(call.account.id).find((one) => one.id === id);
  if (webhook === undefined) throw problems.notFound();
  return webhook;
}

function rendered({ base }: ApiContext, { id, url, isOn, secret }: BatchWebhook): Record<string, unknown> {
  return {
    id,
    url,
    enabled: isOn,
    signing_enabled: secret !== null,
    _links: selfLink(base(), `/batch-webhooks/${id}`, 'BatchWebhooks'),
  };
}
