import type { Row } from '../tables/rows.ts';
import { type Entity, type Field, type Link, type QueryContext, readField } from './field.ts';
import { type Named, toOption } from './value.ts';

/** The rows that stand side by side in one result row: the entity's own first, then one per join (undefined: none). */
export type Frame = readonly (Row | undefined)[];

/** A table of the query under the name it has there. */
export interface Source {
  readonly alias: string;
  readonly entity: Entity;
}

/** A field named in a query. */
export type NamedField = Required<Named<Frame>>;

/** Which names a query may use, and what they mean. */
export class Scope {
  readonly context: QueryContext;
  readonly #entities: ReadonlyMap<string, Entity>;
  readonly #sources: Source[];

  constructor(context: QueryContext, entities: ReadonlyMap<string, Entity>, main: Entity) {
    this.context = context;
    this.#entities = entities;
    this.#sources = [{ alias: '', entity: main }];
  }

  get sources(): readonly Source[] {
    return this.#sources;
  }

  /** Adds a joined table; its rows stand in the frames at the place this returns. */
  join(source: Source): number {
    return this.#sources.push(source) - 1;
  }

  findEntity(name: string): Entity | undefined {
    return this.#entities.get(name);
  }

  /** The meaning of a path such as `status`, `contact_id.email_primary.email`, `gc.status:name`; undefined: unknown. */
  find(name: string): NamedField | undefined {
    const { path, suffix } = splitSuffix(name);
    const [first = '', ...rest] = path.split('.');
    const joined = this.#sources.findIndex(({ alias }) => alias === first && alias !== '');
    const at = Math.max(joined, 0);
    const entity = this.#sources[at]?.entity;
    if (entity === undefined) return undefined;
    const steps = joined > 0 ? rest : [first, ...rest];
    return this.#resolve(name, suffix, entity, steps, (frame) => frame[at]);
  }

  /** The names that a pattern with an asterisk stands for: `*`, `contact_id.*`, `email.*`, `is_*`. */
  matching(pattern: string): readonly string[] {
    const lastDot = pattern.lastIndexOf('.');
    const prefix = pattern.slice(0, lastDot + 1);
    const glob = new RegExp(`^${pattern.slice(lastDot + 1).replaceAll('*', '.*')}$`);
    const added = [...(this.#sources[0]?.entity.customFields?.(this.context.site).keys() ?? [])];
    const custom = added.filter((name) => prefix === 'custom.' || name.startsWith(prefix));
    if (prefix !== '' && custom.length > 0)
      return custom.filter((name) => glob.test(name.split('.')[1] ?? ''));
    const entity = this.#entityAt(prefix === '' ? [] : prefix.slice(0, -1).split('.'));
    return [...(entity?.fields.values() ?? [])]
      .filter((field) => field.isOnRequest !== true && this.#mayUse(field) && glob.test(field.name))
      .map((field) => `${prefix}${field.name}`);
  }

  #entityAt(steps: readonly string[]): Entity | undefined {
    const [first, ...rest] = steps;
    const joined = this.#sources.find(({ alias }) => alias === first && alias !== '');
    let entity = joined?.entity ?? this.#sources[0]?.entity;
    for (const step of joined === undefined ? steps : rest) {
      entity = this.#entities.get(entity?.links.get(step)?.entity ?? '');
    }
    return entity;
  }

  #resolve(
    name: string,
    suffix: string | null,
    entity: Entity,
    [step = '', ...rest]: readonly string[],
    find: (frame: Frame) => Row | undefined,
  ): NamedField | undefined {
    if (rest.length === 0) return this.#named(name, suffix, entity.fields.get(step), find);
    const custom = entity.customFields?.(this.context.site).get([step, ...rest].join('.'));
    if (custom !== undefined) return this.#named(name, suffix, custom, find);
    const link = entity.links.get(step);
    const linked = this.#entities.get(link?.entity ?? '');
    if (link === undefined || linked === undefined) return undefined;
    return this.#resolve(name, suffix, linked, rest, this.#follow(link, linked, find));
  }

  #follow(link: Link, linked: Entity, find: (frame: Frame) => Row | undefined) {
    const { site } = this.context;
    const sees = linked.seenBy(this.context);
    return (frame: Frame) => {
      const from = find(frame);
      const to = from === undefined ? undefined : link.find(site, from);
      return to !== undefined && sees(to) ? to : undefined;
    };
  }

  #named(
    name: string,
    suffix: string | null,
    field: Field | undefined,
    find: (frame: Frame) => Row | undefined,
  ): NamedField | undefined {
    if (field === undefined) return undefined;
    const { site } = this.context;
    const options = field.options?.(site) ?? null;
    const readRaw = (frame: Frame) => {
      const row = find(frame);
      return row === undefined ? null : readField(field, site, row);
    };
    const isHidden = !this.#mayUse(field);
    if (suffix === null || options === null) {
      return { name, dataType: field.dataType, read: readRaw, isHidden };
    }
    // A code by its name or label is a text, and compares as one.
    const dataType = field.dataType === 'Array' ? 'Array' : 'String';
    return { name, dataType, read: (frame) => toOption(readRaw(frame), suffix, options), isHidden };
  }

  #mayUse(field: Field): boolean {
    return field.needs === undefined || this.context.caller.may(field.needs);
  }
}

/** `status:label` → `status` and `label`. */
export function splitSuffix(name: string): { readonly path: string; readonly suffix: string | null } {
  const at = name.indexOf(':');
  return at < 0 ? { path: name, suffix: null } : { path: name.slice(0, at), suffix: name.slice(at + 1) };
}
