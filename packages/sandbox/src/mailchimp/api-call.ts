import type { Faults } from '../faults.ts';
import type { Account } from './account.ts';
import type { Audience } from './audience.ts';
import type { Batches } from './batches.ts';
import { type JsonObject, parseObject } from './body.ts';
import type { BytePool } from './byte-pool.ts';
import type { ListStats } from './list-stats.ts';
import type { MailchimpWorld } from './mailchimp-world.ts';
import type { Member } from './member.ts';
import { problems } from './problem.ts';
import { isTrue } from './query.ts';
import { prune, selectionOf } from './select-fields.ts';
import type { Webhooks } from './webhooks.ts';
import type { WriteScope } from './write-member.ts';

/** A call of the API, by HTTP or as an operation of a batch: the same handlers answer both. */
export interface ApiCall {
  readonly account: Account;
  readonly method: string;
  /** Relative to `/3.0`, still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly bodyText: string;
  /** The Accept-Language header: the language of whoever is created without one (reference 3.4). */
  readonly acceptLanguage?: string;
}

/** A call with what its path named. */
export interface RoutedCall extends ApiCall {
  readonly params: ReadonlyMap<string, string>;
}

export interface Answer {
  readonly status: number;
  /** To be sent as JSON; undefined for 204. */
  readonly body?: unknown;
  /** The body as JSON already, where that is faster; then `totalItems` says what its `total_items` says. */
  readonly bytes?: Buffer;
  /** To be called once the bytes are not needed any more. */
  readonly done?: () => void;
  readonly totalItems?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer that has to wait until a URL has answered a GET. */
export interface Deferred {
  readonly callbackUrl: string;
  /** Throws ApiProblem to refuse. */
  readonly conclude: (isAnswered: boolean) => Answer;
}

/** What the handlers work on. */
export interface ApiContext {
  readonly world: MailchimpWorld;
  readonly faults: Faults;
  readonly batches: Batches;
  readonly webhooks: Webhooks;
  readonly stats: ListStats;
  readonly pool: BytePool;
  /** Everything up to and including `/3.0`, for links. */
  readonly base: () => string;
  /** Where the results of a batch can be fetched without credentials. */
  readonly resultUrl: (token: string) => string;
}

/** Throws ApiProblem to refuse. Synchronous: a call takes effect in one piece. */
export type Handler = (context: ApiContext, call: RoutedCall) => Answer | Deferred;

export const NO_CONTENT: Answer = { status: 204 };

/** 200 with as much of the body as `fields` and `exclude_fields` leave. */
export const ok = (call: ApiCall, body: unknown): Answer => ({
  status: 200,
  body: prune(body, selectionOf(call.query)),
});

/** The answer's JSON; `''` for 204. */
export const contentOf = ({ body, bytes }: Answer): string | Buffer =>
  bytes ?? (body === undefined ? '' : JSON.stringify(body));

/** A parameter of the path. */
export function param(call: RoutedCall, name: string): string {
  const value = call.params.get(name);
  if (value === undefined) throw new Error(`The route of ${call.path} names no ${name}`);
  return value;
}

/** The audience named in the path; 404 where the account has none of that id. */
export function audienceOf(call: RoutedCall): Audience {
  const audience = call.account.audiences.get(param(call, 'list_id'));
  if (audience === undefined) throw problems.notFound();
  return audience;
}

/** The member named in the path, by hash, address or contact id; 404 where there is none. */
export function memberOf(call: RoutedCall, audience: Audience): Member {
  const member = audience.find(param(call, 'subscriber_hash'));
  if (member === undefined) throw problems.notFound();
  return member;
}

/** For the calls that are documented for the hash alone, unless the settings say otherwise. */
export function memberByHash({ world }: ApiContext, call: RoutedCall, audience: Audience): Member {
  if (world.settings.tagsAndErasureBy === 'any-id') return memberOf(call, audience);
  const member = audience.findByHash(param(call, 'subscriber_hash'));
  if (member === undefined) throw problems.notFound();
  return member;
}

export const bodyOf = (call: ApiCall): JsonObject => parseObject(call.bodyText);

export const writeScope = ({ world }: ApiContext, call: ApiCall, audience: Audience): WriteScope => ({
  world,
  audience,
  requiredFields: isTrue(call.query, 'skip_merge_validation') ? 'skipped' : 'checked',
  language: languageOf(call.acceptLanguage),
});

/** The first language of the header, such as `de` of `de-AT,de;q=0.9`; English where it names none. */
const languageOf = (acceptLanguage = ''): string =>
  /^[a-z]{2}(?![a-z])/i.exec(acceptLanguage.trim())?.[0].toLowerCase() ?? 'en';
