import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Exchange, Json } from '../../testing/start-mailchimp.ts';
import { disagreementsWith } from './compare-schema.ts';

/** The official description is reference material beside the repository and not part of it. */
const FILE = fileURLToPath(
  new URL('../../../../../shared/reference/mailchimp-openapi.json', import.meta.url),
);

/** What the official description says of an answer. */
export interface OfficialSchema {
  /** Everything in which an answer and the description disagree. */
  disagreements(exchange: Exchange): readonly string[];
  /** The described operation that a request is one of, such as `GET /lists/{list_id}`; null where there is none. */
  operationOf(exchange: Pick<Exchange, 'method' | 'path'>): string | null;
}

/** Null where the description is not beside the repository. */
export function loadOfficialSchema(): OfficialSchema | null {
  if (!existsSync(FILE)) return null;
  const description: Json = JSON.parse(readFileSync(FILE, 'utf8'));
  return {
    operationOf: (exchange) => {
      const path = pathOf(description, exchange);
      const isDescribed =
        path !== null && description.paths[path][exchange.method.toLowerCase()] !== undefined;
      return isDescribed ? `${exchange.method} ${path}` : null;
    },
    disagreements: (exchange) => {
      const found = exchange.status >= 400 ? problem(description, exchange) : success(description, exchange);
      return found.map((text) => `${exchange.method} ${exchange.path} ${exchange.status}: ${text}`);
    },
  };
}

function success(description: Json, exchange: Exchange): readonly string[] {
  const path = pathOf(description, exchange);
  const operation = path === null ? undefined : description.paths[path][exchange.method.toLowerCase()];
  const described = operation?.responses[exchange.status];
  if (described === undefined) return ['not described'];
  const headers = contentType(exchange, 'application/json; charset=utf-8');
  if (described.schema === undefined)
    return [...headers, ...(exchange.text === '' ? [] : ['a body that is not described'])];
  const isPart = /[?&](exclude_)?fields=/.test(exchange.path);
  const options = { definitions: description.definitions, parts: isPart ? 'some' : 'all' } as const;
  return [...headers, ...disagreementsWith(described.schema, exchange.json, options)];
}

/** `errors` is not in the description and real, and `type` is missing in two titles (reference 1.2). */
function problem(description: Json, exchange: Exchange): readonly string[] {
  const { type, errors = [], ...json } = exchange.json ?? {};
  const lacksType = ['Member Exists', 'Member In Compliance State'].includes(json.title);
  const body = { ...json, type: lacksType ? '' : type };
  const options = { definitions: description.definitions, parts: 'all' } as const;
  const fields = errors.filter(
    (error: Json) => typeof error.field !== 'string' || typeof error.message !== 'string',
  );
  return [
    ...contentType(exchange, 'application/problem+json; charset=utf-8'),
    ...disagreementsWith(description.definitions.ProblemDetail, body, options),
    ...(lacksType && type !== undefined ? ['a type where the real one has none'] : []),
    ...(json.status === exchange.status ? [] : ['another status in the body']),
    ...(json.instance === exchange.headers.get('x-request-id') ? [] : ['instance is not the request id']),
    ...(fields.length === 0 ? [] : ['errors of another shape']),
  ];
}

function contentType({ headers }: Exchange, wanted: string): readonly string[] {
  const type = headers.get('content-type');
  return type === wanted ? [] : [`content type ${type}`];
}

function pathOf(description: Json, { path }: Pick<Exchange, 'path'>): string | null {
  const asked = segmentsOf(path.split('?')[0] ?? '');
  const fits = (pattern: string) => {
    const parts = segmentsOf(pattern);
    return (
      parts.length === asked.length && parts.every((part, n) => part.startsWith('{') || part === asked[n])
    );
  };
  return Object.keys(description.paths).find(fits) ?? null;
}

const segmentsOf = (path: string): readonly string[] => path.split('/').filter((segment) => segment !== '');
