import { compareAnswer, type GivenAnswer } from './compare.ts';
import { prepare } from './prepare.ts';
import type { RecordedSite } from './recorded-site.ts';
import type {
  RecordedAnswer,
  RecordedCall,
  RecordedRace,
  RecordedRequest,
  RecordedSection,
} from './recording.ts';

/** One recorded interaction, replayed. */
export interface Replayed {
  /** Section and name, unlike any other's. */
  readonly name: string;
  /** How the sandbox's answer differs; nothing if it does not. */
  readonly differences: readonly string[];
}

type Times = 'exact' | 'shape';

/** So long a request took on average; what comes later must be later. */
const STEP_MS = 150;

/** Asks the site everything that was recorded, in order. */
export async function replay(
  site: RecordedSite,
  sections: readonly RecordedSection[],
): Promise<readonly Replayed[]> {
  const replayed: Replayed[] = [];
  const session = new Session(site);
  for (const section of sections) {
    const times = section.times ?? 'shape';
    for (const [at, step] of section.interactions.entries()) {
      if (times !== 'exact') site.clock.advance(STEP_MS);
      const name = 'name' in step ? `${section.section}.${at + 1} ${step.name}` : '';
      if (step.kind === 'call') {
        replayed.push({ name, differences: await session.call(step, times) });
      } else if (step.kind === 'parallel') {
        replayed.push({ name, differences: await session.race(step, times) });
      } else {
        await prepare(site, step, (request) => session.send(request));
      }
    }
  }
  return replayed;
}

/** One client, with the cookie that it was given last. */
class Session {
  readonly #site: RecordedSite;
  #cookie = '';

  constructor(site: RecordedSite) {
    this.#site = site;
  }

  async call({ request, answer, order }: RecordedCall, times: Times): Promise<readonly string[]> {
    const given = await this.send(request);
    this.#cookie = given.header('set-cookie')?.split(';')[0] ?? this.#cookie;
    return compareAnswer(answer, given, { times, order: order ?? 'recorded' });
  }

  /** Who wins a race is chance: each answer must be one of those recorded, and each of those must be given. */
  async race({ request, answers }: RecordedRace, times: Times): Promise<readonly string[]> {
    const given = await Promise.all(answers.map(() => this.send(request)));
    const left: RecordedAnswer[] = [...answers];
    return given.flatMap((answer) => {
      const compared = left.map((recorded) => compareAnswer(recorded, answer, { times, order: 'recorded' }));
      const fits = compared.findIndex((differences) => differences.length === 0);
      if (fits < 0) return compared[0] ?? ['one answer too many'];
      left.splice(fits, 1);
      return [];
    });
  }

  async send(request: RecordedRequest): Promise<GivenAnswer> {
    const { base, world } = this.#site;
    const key = request.caller ?? request.key;
    const apiKey = key === undefined ? '' : (world.caller(key).apiKey ?? '');
    const fill = (text: string) => text.replaceAll('{key}', apiKey).replaceAll('{cookie}', this.#cookie);
    const headers = request.headers ?? usualHeaders(request);
    const body = request.params === undefined ? request.form : formOf(request.params);
    const response = await fetch(`${base}${request.path}`, {
      method: request.method,
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, fill(value)])),
      ...(body === undefined ? {} : { body: fill(body) }),
    });
    return {
      status: response.status,
      type: response.headers.get('content-type') ?? '',
      header: (name) => response.headers.get(name),
      text: await response.text(),
    };
  }
}

/** As the recorder sent every request that shows no headers. */
function usualHeaders({ caller }: RecordedRequest): Readonly<Record<string, string>> {
  return {
    'X-Requested-With': 'XMLHttpRequest',
    'Content-Type': 'application/x-www-form-urlencoded',
    ...(caller === null ? {} : { 'X-Civi-Auth': 'Bearer {key}' }),
  };
}

const formOf = (params: unknown): string =>
  new URLSearchParams({ params: JSON.stringify(expand(params)) }).toString();

/** `{ repeat: 300, of: … }` stands for a list in which `{n}` counts from 1. */
function expand(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(expand);
  if (typeof value !== 'object' || value === null) return value;
  if ('repeat' in value && 'of' in value) {
    const { repeat, of } = value;
    const text = JSON.stringify(of);
    return Array.from({ length: Number(repeat) }, (_, at) => JSON.parse(text.replaceAll('{n}', `${at + 1}`)));
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, expand(item)]));
}
