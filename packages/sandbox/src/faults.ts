import { Random } from './random.ts';

export type SystemName = 'mailchimp' | 'civicrm';

/** What the fault middleware breaks by itself, on the way in or out, and what its caller sees. */
export const HTTP_FAULT_KINDS = [
  'rate-limit', // 429
  'rate-limit-html', // 429 from a gateway in front, HTML
  'forbidden-html', // 403, HTML
  'server-error', // 500
  'bad-gateway-html', // 502, HTML
  'unavailable', // 503, with Retry-After where the fault says so
  'cdn-error', // 503, JSON of the network in front that is no problem document
  'gateway-timeout-html', // 504, HTML
  'database-down', // 500, a page of WordPress
  'site-maintenance', // 503, a page of WordPress, Retry-After: 600
  'php-down', // 502, the web server's page
  'civicrm-maintenance', // 503, JSON that is no answer of the API
  'html-200',
  'empty-200',
  'truncated-json', // the request takes effect, half of its answer arrives
  'reset', // the socket is destroyed before anything happens
  'reset-after', // the request takes full effect, then the socket is destroyed without an answer
  'slow', // the request is begun only after delayMs
  'slow-after', // the request takes effect at once, the answer comes after delayMs
  'unauthorized', // 401
  'status', // the fault's own status and body
] as const;

/** What only the world itself can break; its code asks `Faults.take`. */
export const WORLD_FAULT_KINDS = [
  'drop-rows', // rows are missing from an answer
  'page-shift', // somebody changes between two pages, so that the next page skips one
  'stuck-batch',
  'result-url-404',
  'empty-result-file',
  'lose-race', // a save does not see the row that another request has just made
  'lost-result', // the archive lacks the result of one operation
  'strange-result', // the archive also holds the result of an operation that nobody sent
  'webhook-lost', // an event is never delivered
  'webhook-twice', // an event is delivered twice
  'webhook-late', // an event is delivered after delayMs of the sandbox's clock
] as const;

export type HttpFaultKind = (typeof HTTP_FAULT_KINDS)[number];
export type WorldFaultKind = (typeof WORLD_FAULT_KINDS)[number];
export type FaultKind = HttpFaultKind | WorldFaultKind;

export interface Fault {
  readonly system: SystemName;
  readonly kind: FaultKind;
  /** Upper case; absent: any. */
  readonly method?: string;
  /** A piece, or the source of a RegExp, of the path after the system's base (for CiviCRM of `Entity/action` too); absent: any. */
  readonly path?: string;
  /** How often it strikes: 1 if absent (with a probability: for ever), `Infinity` for always. */
  readonly times?: number;
  /** It strikes a matching request with this probability, 0–1; always if absent. */
  readonly probability?: number;
  /** Of its chance: the same seed strikes the same requests. 1 if absent. */
  readonly seed?: number;
  /** How many matching requests it lets pass first: 0 if absent. */
  readonly after?: number;
  readonly delayMs?: number;
  readonly status?: number;
  readonly body?: string;
  /** Seconds, for the Retry-After header of `unavailable` and `rate-limit`. */
  readonly retryAfter?: number;
  /** For `drop-rows`: the share of the rows that goes missing, 0–1. Absent: all of Mailchimp's, where totals keep their true value, and half of CiviCRM's, where they agree with what is left. */
  readonly share?: number;
  /** For `page-shift`: how many change; 1 if absent. */
  readonly rows?: number;
  /** `batch-operation` strikes inside Mailchimp's batches (the kinds that answer with a status); absent: HTTP requests. */
  readonly scope?: FaultScope;
}

export type FaultScope = 'request' | 'batch-operation';

/** What a request says about itself, to be matched against faults. */
export interface FaultTarget {
  readonly system: SystemName;
  readonly method: string;
  /** After the system's base, without the query string. Several where a request does several things. */
  readonly paths: readonly string[];
  readonly scope?: FaultScope;
}

export interface ActiveFault {
  readonly id: string;
  readonly fault: Fault;
  /** How often it will still strike. */
  readonly remaining: number;
}

interface Injected {
  readonly id: string;
  readonly fault: Fault;
  readonly pattern: RegExp | null;
  /** Null where it strikes for sure. */
  readonly chance: (() => boolean) | null;
  remaining: number;
  toSkip: number;
}

/** What is broken at the moment, and the constant latency of each system. */
export class Faults {
  #injected: Injected[] = [];
  #lastId = 0;
  readonly #latencyMs: Record<SystemName, number> = { mailchimp: 0, civicrm: 0 };

  /** Breaks something from now on. Returns an id for `remove`. Several faults strike in the order they were injected. */
  inject(fault: Fault): string {
    this.#lastId += 1;
    const id = `fault-${this.#lastId}`;
    const pattern = fault.path === undefined ? null : toPattern(fault.path);
    const chance = chanceOf(fault);
    const remaining = fault.times ?? (chance === null ? 1 : Number.POSITIVE_INFINITY);
    this.#injected.push({ id, fault, pattern, chance, remaining, toSkip: fault.after ?? 0 });
    return id;
  }

  /** Mends one fault; an unknown or spent one is no error. */
  remove(id: string): void {
    this.#injected = this.#injected.filter((injected) => injected.id !== id);
  }

  /** Mends everything. Latency stays. */
  clear(): void {
    this.#injected = [];
  }

  /** The faults that will still strike. */
  list(): readonly ActiveFault[] {
    return this.#injected.map(({ id, fault, remaining }) => ({ id, fault, remaining }));
  }

  /** The first fault of one of these kinds that strikes this request, spending one of its times. */
  take(kinds: ReadonlySet<FaultKind>, target: FaultTarget): Fault | null {
    if (this.#injected.length === 0) return null;
    for (const injected of this.#injected) {
      if (!kinds.has(injected.fault.kind) || !matches(injected, target)) continue;
      if (injected.toSkip > 0) {
        injected.toSkip -= 1;
        continue;
      }
      if (injected.chance?.() === false) continue;
      injected.remaining -= 1;
      if (injected.remaining <= 0) this.remove(injected.id);
      return injected.fault;
    }
    return null;
  }

  /** Real milliseconds that every request to the system waits before it is begun. */
  setLatency(system: SystemName, ms: number): void {
    this.#latencyMs[system] = ms;
  }

  latency(system: SystemName): number {
    return this.#latencyMs[system];
  }
}

/** Its own generator: what strikes does not depend on what else is broken. */
function chanceOf({ probability, seed = 1 }: Fault): (() => boolean) | null {
  if (probability === undefined) return null;
  const random = new Random(seed);
  return () => random.chance(probability);
}

function matches({ fault, pattern }: Injected, target: FaultTarget): boolean {
  if (fault.system !== target.system) return false;
  if ((fault.scope ?? 'request') !== (target.scope ?? 'request')) return false;
  if (fault.method !== undefined && fault.method !== target.method) return false;
  if (fault.path === undefined) return true;
  const piece = fault.path;
  return target.paths.some((path) => path.includes(piece) || pattern?.test(path));
}

/** A path such as `/members/a+b(` is a fine piece and no RegExp: then the piece alone counts. */
function toPattern(source: string): RegExp | null {
  try {
    return new RegExp(source);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** What a `drop-rows` fault leaves of an answer: the dropped ones are spread evenly over the rows. */
export function keepRows<T>(rows: readonly T[], { share = 1 }: Fault): T[] {
  const kept = 1 - share;
  return rows.filter((_, index) => Math.floor((index + 1) * kept) > Math.floor(index * kept));
}
