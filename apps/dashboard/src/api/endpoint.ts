import type { Administrator } from '@mcsync/core/store/administrators';
import type { z } from 'zod';
import type { Dependencies } from '../dependencies.ts';
import type { createLoading } from '../load-overview.ts';

/** What a call works with, besides what it was asked. */
export interface ApiContext extends Dependencies {
  /** In whose name a program calls. */
  readonly caller: Administrator;
  readonly load: ReturnType<typeof createLoading>;
  /** Where the dashboard is reached, for links. */
  readonly origin: string;
}

type Shape = z.ZodObject;

/** A resource of the API as data: the server answers by it, and the OpenAPI document is made of it. */
export interface Endpoint<
  Path extends Shape = Shape,
  Query extends Shape = Shape,
  Body extends Shape = Shape,
  Result extends z.ZodType = z.ZodType,
> {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  /** Below `/api/v1`, with parts such as `{connection}`. */
  readonly path: string;
  /** Unique. */
  readonly id: string;
  readonly tag: string;
  /** One sentence. */
  readonly summary: string;
  /** Who may call it; an administrator may call everything. */
  readonly role: 'viewer' | 'administrator';
  readonly params: Path;
  readonly query: Query;
  /** Null: none is read. */
  readonly body: Body | null;
  readonly status: number;
  /** As what the answer comes. */
  readonly answers: 'json' | 'csv';
  readonly result: Result;
  /** Gives what `result` describes; more than that is left out of the answer. Where a file is answered, a `CsvFile`. */
  handle(
    given: {
      readonly params: z.infer<Path>;
      readonly query: z.infer<Query>;
      readonly body: z.infer<Body>;
    },
    context: ApiContext,
  ): Promise<unknown>;
}

/** Any endpoint, for lists of them. Its own types are known where it is made. */
export type AnyEndpoint = Omit<Endpoint, 'handle'> & {
  handle(
    given: { readonly params: never; readonly query: never; readonly body: never },
    context: ApiContext,
  ): Promise<unknown>;
};
