import { isoSeconds } from '../clock.ts';
import { type Answer, type ApiContext, bodyOf, NO_CONTENT, ok, param, type RoutedCall } from './api-call.ts';
import type { Batch, Operation, OperationMethod } from './batch.ts';
import { checkSchema, isObject, type JsonObject, mismatch, requireProperties } from './body.ts';
import { selfLink } from './links.ts';
import { problems } from './problem.ts';
import { cutPage, pageOf } from './query.ts';

const METHODS: readonly OperationMethod[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** POST /batches (reference 6.1) */
export function postBatch(context: ApiContext, call: RoutedCall): Answer {
  const json = bodyOf(call);
  requireProperties(json, ['operations']);
  checkSchema(json, { operations: 'array' });
  const given: readonly unknown[] = Array.isArray(json['operations']) ? json['operations'] : [];
  if (given.length === 0) {
    throw problems.invalidFields([
      { field: 'operations', message: 'This collection should contain 1 element or more.' },
    ]);
  }
  return ok(call, rendered(context, context.batches.submit(call.account, given.map(parseOperation))));
}

/** GET /batches: those of the last seven days. */
export function listBatches(context: ApiContext, call: RoutedCall): Answer {
  const batches = context.batches.list(call.account);
  return ok(call, {
    batches: cutPage(batches, pageOf(call.query)).map((batch) => rendered(context, batch)),
    total_items: batches.length,
    _links: selfLink(context.base(), '/batches', 'Batches/Collection'),
  });
}

/** GET /batches/{batch_id}: every answer has a new URL for the results. */
export function getBatch(context: ApiContext, call: RoutedCall): Answer {
  return ok(call, rendered(context, batchOf(context, call)));
}

/** DELETE /batches/{batch_id} */
export function deleteBatch(context: ApiContext, call: RoutedCall): Answer {
  context.batches.remove(batchOf(context, call));
  return NO_CONTENT;
}

function batchOf({ batches }: ApiContext, call: RoutedCall): Batch {
  const batch = batches.find(call.account, param(call, 'batch_id'));
  if (batch === undefined) throw problems.notFound();
  return batch;
}

function parseOperation(given: unknown, n: number): Operation {
  const place = `operations.item:${n}`;
  if (!isObject(given)) throw problems.invalidFields([mismatch(place, 'object', given)]);
  requireProperties(given, ['method', 'path']);
  const schema = {
    method: METHODS,
    path: 'string',
    params: 'object',
    body: 'string',
    operation_id: 'string',
  } as const;
  checkSchema(given, schema, `${place}.`);
  const [path = '', search = ''] = String(given['path']).split('?', 2);
  return {
    method: METHODS.find((method) => method === given['method']) ?? 'GET',
    path: path.startsWith('/') ? path : `/${path}`,
    query: queryOf(given, search),
    bodyText: String(given['body'] ?? ''),
    operationId: typeof given['operation_id'] === 'string' ? given['operation_id'] : null,
  };
}

function queryOf(given: JsonObject, search: string): URLSearchParams {
  const query = new URLSearchParams(search);
  const params = isObject(given['params']) ? given['params'] : {};
  for (const [name, value] of Object.entries(params)) query.set(name, String(value));
  return query;
}

function rendered({ base, batches, resultUrl }: ApiContext, batch: Batch): unknown {
  const url = batch.status === 'finished' ? resultUrl(batches.issueToken(batch)) : '';
  return {
    ...describeBatch(batch, url),
    _links: selfLink(base(), `/batches/${batch.id}`, 'Batches'),
  };
}

/** The properties of a batch, for the API and for batch webhooks. */
export function describeBatch(batch: Batch, resultUrl: string): Readonly<Record<string, string | number>> {
  return {
    id: batch.id,
    status: batch.status,
    total_operations: batch.total,
    finished_operations: batch.finished,
    errored_operations: batch.errored,
    submitted_at: isoSeconds(batch.submittedAt),
    completed_at: batch.completedAt === null ? '' : isoSeconds(batch.completedAt),
    response_body_url: resultUrl,
  };
}
