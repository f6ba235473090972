import { z } from 'zod';
import { REFUSALS } from '../refusal.ts';
import type { AnyEndpoint } from './endpoint.ts';
import { ENDPOINTS } from './endpoints.ts';
import { problem } from './schemas.ts';

/** JSON Schema 2020-12, which is that of OpenAPI 3.1. */
const schemaOf = (schema: z.ZodType, io: 'input' | 'output') => {
  const { $schema: _, ...described } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return described;
};

/** The API as an OpenAPI 3.1 document, made of the schemas by which it is answered. */
export function openApiDocument() {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const endpoint of ENDPOINTS) {
    const path = `/api/v1${endpoint.path}`;
    paths[path] = { ...paths[path], [endpoint.method]: describe(endpoint) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'mcsync',
      version: '1',
      description: 'Keeps CiviCRM groups and Mailchimp audiences the same, both ways. Moments are in UTC.',
    },
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'A personal token.' } },
      schemas: { Problem: schemaOf(problem, 'output') },
    },
  };
}

const TYPES = { json: 'application/json', csv: 'text/csv' } as const;

function describe({ id, tag, summary, role, params, query, body, status, answers, result }: AnyEndpoint) {
  return {
    operationId: id,
    tags: [tag],
    summary,
    description: role === 'administrator' ? 'For administrators.' : 'For everybody who may sign in.',
    parameters: [...parametersOf('path', params), ...parametersOf('query', query)],
    ...(body !== null && {
      requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body, 'input') } } },
    }),
    responses: {
      [status]: {
        description: 'Done',
        content: { [TYPES[answers]]: { schema: schemaOf(result, 'output') } },
      },
      default: {
        description: 'A problem (RFC 9457)',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
}

function parametersOf(place: 'path' | 'query', shape: z.ZodObject) {
  const { properties = {} } = schemaOf(shape, 'output');
  const needed = schemaOf(shape, 'input').required ?? [];
  return Object.entries(properties).map(([name, schema]) => ({
    ...{ name, in: place, schema },
    required: place === 'path' || needed.includes(name),
  }));
}

/** What `type` of a problem can be. */
export const PROBLEM_TYPES = Object.entries(REFUSALS).map(([reason, { status, title }]) => ({
  type: `urn:mcsync:problem:${reason}`,
  ...{ status, title },
}));
