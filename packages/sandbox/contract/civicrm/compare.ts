import type { RecordedAnswer } from './recording.ts';

/** An answer of the sandbox. */
export interface GivenAnswer {
  readonly status: number;
  readonly type: string;
  readonly header: (name: string) => string | null;
  readonly text: string;
}

export interface CompareOptions {
  readonly times: 'exact' | 'shape';
  readonly order: 'recorded' | 'any';
}

/** What nobody can give twice the same, by the shape it has. */
const SHAPES: readonly RegExp[] = [
  /^[0-9a-f]{32}$/, // a contact's hash
  /^[A-Za-z0-9]{4}-[A-Za-z0-9]{4}-[A-Za-z0-9]{4}$/, // an error's id
];
const TIMES: readonly RegExp[] = [/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/, /^20\d{12}$/];
const ERROR_ID = /\(Error ID: [A-Za-z0-9]{4}-[A-Za-z0-9]{4}-[A-Za-z0-9]{4}\)/;
const SESSION = /^PHPSESSID=[a-z0-9]{26}; path=\/$/;

/** How the sandbox's answer differs from the recorded one; nothing if it does not. */
export function compareAnswer(
  recorded: RecordedAnswer,
  given: GivenAnswer,
  options: CompareOptions,
): readonly string[] {
  const differences: string[] = [];
  const note = (what: string, wanted: unknown, got: unknown): void => {
    differences.push(`${what}: recorded ${short(wanted)}, given ${short(got)}`);
  };
  if (recorded.status !== given.status) note('status', recorded.status, `${given.status} ${given.text}`);
  if (recorded.type !== undefined && recorded.type !== given.type) note('type', recorded.type, given.type);
  for (const [name, value] of Object.entries(recorded.headers ?? {})) {
    const have = given.header(name);
    if (have !== value && !(SESSION.test(value) && SESSION.test(have ?? ''))) note(name, value, have);
  }
  const { text, page, title } = recorded;
  if (text !== undefined && withoutBreaks(text) !== withoutBreaks(given.text)) note('text', text, given.text);
  if (page !== undefined && !given.text.includes(`<p>${page}</p>`)) note('page', page, given.text);
  if (title !== undefined && !given.text.includes(`<title>${title}</title>`))
    note('title', title, given.text);
  return [...differences, ...compareJson(recorded, given, options)];
}

/** The recorder did not keep how lines ended. */
const withoutBreaks = (text: string): string => text.replaceAll('\r\n', '\n').trim();

function compareJson(recorded: RecordedAnswer, given: GivenAnswer, options: CompareOptions) {
  const { body, values, count, rows } = recorded;
  if ([body, values, count, rows].every((said) => said === undefined)) return [];
  const json = parse(given.text);
  if (json === undefined) return [`no JSON: ${short(given.text)}`];
  const differences: string[] = [];
  const walk = new Comparison(options, recorded.isPart === true);
  if (body !== undefined) differences.push(...walk.compare(body, json, '', recorded.isCutOff === true));
  if (values !== undefined) differences.push(...walk.compare(values, json['values'], 'values', false));
  if (count !== undefined && json['count'] !== count)
    differences.push(`count: ${count}, not ${json['count']}`);
  const length = Array.isArray(json['values']) ? json['values'].length : 0;
  if (rows !== undefined && length !== rows) differences.push(`rows: ${rows}, not ${length}`);
  if (recorded.chars !== undefined) {
    // The recorder printed the answer with a blank after each comma and colon between values.
    const chars = printed(json).length;
    if (chars !== recorded.chars) differences.push(`length: ${recorded.chars}, not ${chars}`);
  }
  return differences;
}

/** Compares recorded JSON with given JSON, keys in their order. */
class Comparison {
  readonly #options: CompareOptions;
  readonly #isPart: boolean;

  constructor(options: CompareOptions, isPart: boolean) {
    this.#options = options;
    this.#isPart = isPart;
  }

  /** `isEdge`: the record breaks off in here, there may be more at the end. */
  compare(recorded: unknown, given: unknown, path: string, isEdge: boolean): readonly string[] {
    if (Array.isArray(recorded)) return this.#compareLists(recorded, given, path, isEdge);
    if (isObject(recorded)) return this.#compareObjects(recorded, given, path, isEdge);
    return this.#fits(recorded, given) ? [] : [`${path}: recorded ${short(recorded)}, given ${short(given)}`];
  }

  #compareLists(recorded: readonly unknown[], given: unknown, path: string, isEdge: boolean) {
    if (!Array.isArray(given)) return [`${path}: recorded a list, given ${short(given)}`];
    if (isEdge ? given.length < recorded.length : given.length !== recorded.length) {
      return [`${path}: recorded ${short(recorded)}, given ${short(given)}`];
    }
    const sorted = this.#options.order === 'any' ? [...given].sort(byId) : given;
    const wanted = this.#options.order === 'any' ? [...recorded].sort(byId) : recorded;
    return wanted.flatMap((item, at) =>
      this.compare(item, sorted[at], `${path}[${at}]`, isEdge && at === wanted.length - 1),
    );
  }

  #compareObjects(recorded: JsonObject, given: unknown, path: string, isEdge: boolean): readonly string[] {
    if (!isObject(given)) return [`${path}: recorded ${short(recorded)}, given ${short(given)}`];
    const wanted = Object.keys(recorded);
    const have = Object.keys(given).filter((key) => !this.#isPart || wanted.includes(key));
    const compared = isEdge ? have.slice(0, wanted.length) : have;
    if (compared.join() !== wanted.join()) return [`${path}: recorded keys ${wanted}, given ${have}`];
    return wanted.flatMap((key, at) =>
      this.compare(recorded[key], given[key], `${path}.${key}`, isEdge && at === wanted.length - 1),
    );
  }

  #fits(recorded: unknown, given: unknown): boolean {
    if (recorded === given) return true;
    if (typeof recorded !== 'string' || typeof given !== 'string') return false;
    const shapes = this.#options.times === 'exact' ? SHAPES : [...SHAPES, ...TIMES];
    if (shapes.some((shape) => shape.test(recorded) && shape.test(given))) return true;
    return ERROR_ID.test(given) && recorded.replace(ERROR_ID, '') === given.replace(ERROR_ID, '');
  }
}

type JsonObject = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null;

const byId = (a: unknown, b: unknown): number =>
  isObject(a) && isObject(b) ? Number(a['id']) - Number(b['id']) : 0;

function parse(text: string): JsonObject | undefined {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function printed(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printed).join(', ')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${printed(item)}`);
  return `{${members.join(', ')}}`;
}

function short(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
