import { z } from 'zod';
import type { AnyEndpoint, Endpoint } from './endpoint.ts';

const NOTHING = z.object({});
type Nothing = typeof NOTHING;

type Shape = z.ZodObject;
type Wanted<Path extends Shape, Query extends Shape, Body extends Shape, Result extends z.ZodType> = Pick<
  Endpoint<Path, Query, Body, Result>,
  'id' | 'tag' | 'summary' | 'result' | 'handle'
> & {
  /** Such as `GET /connections/{connection}`. */
  readonly at: string;
  readonly params?: Path;
  readonly query?: Query;
  readonly body?: Body;
  readonly status?: number;
  /** `json` if not said. */
  readonly answers?: Endpoint['answers'];
  /** `viewer` where something is read, `administrator` where something is done, if not said. */
  readonly role?: Endpoint['role'];
};

/** An endpoint of which only what matters is said. */
export function define<
  Result extends z.ZodType,
  Path extends Shape = Nothing,
  Query extends Shape = Nothing,
  Body extends Shape = Nothing,
>({
  at,
  params,
  query,
  body,
  status,
  answers,
  role,
  ...rest
}: Wanted<Path, Query, Body, Result>): AnyEndpoint {
  const [method = '', path = ''] = at.split(' ');
  const isReading = method === 'GET';
  return {
    ...rest,
    method: METHODS[method] ?? 'get',
    path,
    params: params ?? NOTHING,
    query: query ?? NOTHING,
    body: body ?? null,
    status: status ?? 200,
    answers: answers ?? 'json',
    role: role ?? (isReading ? 'viewer' : 'administrator'),
  };
}

const METHODS: Readonly<Record<string, Endpoint['method']>> = {
  GET: 'get',
  POST: 'post',
  PUT: 'put',
  DELETE: 'delete',
};
