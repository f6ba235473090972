import { type DataType, type Entity, type Field, fieldMap } from '../query/field.ts';
import type { OutputRow } from '../query/query.ts';
import { runQuery } from '../query/run-query.ts';
import { isAtLeast, type Site } from '../site.ts';
import type { Row } from '../tables/rows.ts';
import type { Action, ActionContext } from './action.ts';
import { getAction, readQuery } from './get-action.ts';
import type { Params } from './params.ts';

const text = (name: string): Field => ({ name, dataType: 'String' });
const flag = (name: string): Field => ({ name, dataType: 'Boolean' });

/** An entity whose rows are computed for each question, so that `select` and `where` work on them. */
function computed(name: string, fields: readonly Field[], rows: readonly Row[]): Entity {
  return {
    name,
    fields: fieldMap(fields),
    links: new Map(),
    defaults: new Map(),
    uniqueFields: () => [],
    seenBy: () => () => true,
    candidates: () => ({ rows, orderedBy: [] }),
  };
}

const FIELD_FIELDS: readonly Field[] = [
  text('type'),
  text('name'),
  text('title'),
  text('label'),
  text('data_type'),
  text('input_type'),
  flag('readonly'),
  { name: 'serialize', dataType: 'Integer' },
  text('fk_entity'),
  text('custom_group'),
  { name: 'custom_field_id', dataType: 'Integer' },
  { name: 'options', dataType: 'Json' },
];
const ACTION_FIELDS = [text('name')];

type RowsFor = (context: ActionContext, sent: Params) => readonly Row[];

/** `getFields` and `getActions` of an entity. */
export function metadataActions(
  entity: Entity,
  actions: () => ReadonlyMap<string, Action>,
): ReadonlyMap<string, Action> {
  const params = {
    ...getAction(entity, []).params,
    action: 'string',
    loadOptions: 'mixed',
    values: 'array',
  } as const;
  const ask = (fields: readonly Field[], rowsFor: RowsFor): Action => ({
    params,
    needs: ['access CiviCRM'],
    run: (context, sent) => {
      const table = computed(entity.name, fields, rowsFor(context, sent));
      const { rows } = runQuery(context, context.schema, table, readQuery(sent));
      return { values: rows.map((row) => inOrderOf(fields, row)) };
    },
  });
  return new Map([
    ['getFields', ask(FIELD_FIELDS, (context, sent) => fieldRows(entity, context, sent))],
    ['getActions', ask(ACTION_FIELDS, (context) => actionRows(context, actions()))],
  ]);
}

/** These keys come in their own order, whatever the order of `select` (civicrm-recorded.md 9). */
const inOrderOf = (fields: readonly Field[], row: OutputRow): OutputRow =>
  Object.fromEntries(fields.flatMap(({ name }) => (name in row ? [[name, row[name]]] : [])));

function fieldRows(entity: Entity, { site }: ActionContext, { loadOptions }: Params): readonly Row[] {
  const fields = [...entity.fields.values(), ...(entity.customFields?.(site).values() ?? [])];
  return fields.map((field) => ({
    type: typeOf(field),
    name: field.name,
    title: field.label ?? field.name,
    label: field.label ?? field.name,
    data_type: SHOWN_TYPES[field.dataType] ?? field.dataType,
    input_type: field.options === undefined ? 'Text' : 'Select',
    readonly: field.isReadonly === true,
    serialize: field.dataType === 'Array' ? 1 : null,
    fk_entity: entity.links.get(field.name)?.entity ?? null,
    custom_group: field.customFieldId === undefined ? null : (field.name.split('.')[0] ?? null),
    custom_field_id: field.customFieldId ?? null,
    options: JSON.stringify(optionsOf(field, site, loadOptions)),
  }));
}

/** `Extra` is what is no column and comes only when asked for. */
function typeOf(field: Field): 'Custom' | 'Extra' | 'Field' {
  if (field.customFieldId !== undefined) return 'Custom';
  return field.isOnRequest === true && field.needs === undefined ? 'Extra' : 'Field';
}

/** Whether there are options; with `loadOptions` which: labels by value, or the wanted keys of each. */
function optionsOf({ options }: Field, site: Site, loadOptions: unknown): unknown {
  if (options === undefined || loadOptions === undefined || loadOptions === false)
    return options !== undefined;
  const all = options(site);
  if (!Array.isArray(loadOptions)) return Object.fromEntries(all.map(({ value, label }) => [value, label]));
  return all.map(({ value: id, name, label }) => {
    const known: Readonly<Record<string, unknown>> = { id, name, label };
    return Object.fromEntries(loadOptions.map((key) => [key, known[String(key)] ?? null]));
  });
}

/** Lists are texts with a mark of their own, and what is kept as JSON is a text (civicrm-api.md 1.8). */
const SHOWN_TYPES: Partial<Readonly<Record<DataType, string>>> = { Array: 'String', Json: 'Text' };

/** What it lists tells the version: `getMergedTo` means 5.80 at least (civicrm-api.md 1.8). */
function actionRows({ site }: ActionContext, actions: ReadonlyMap<string, Action>): readonly Row[] {
  return [...actions]
    .filter(([, { since }]) => since === undefined || isAtLeast(site, since))
    .map(([name]) => ({ name }));
}
