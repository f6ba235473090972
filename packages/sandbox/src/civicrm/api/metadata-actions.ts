import { type Entity, type Field, fieldMap } from '../query/field.ts';
import type { OutputRow } from '../query/query.ts';
import { runQuery } from '../query/run-query.ts';
import { isAtLeast } from '../site.ts';
import type { Row } from '../tables/rows.ts';
import type { Action, ActionContext } from './action.ts';
import { getAction, readQuery } from './get-action.ts';

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

const FIELD_FIELDS = [
  text('type'),
  text('name'),
  text('title'),
  text('data_type'),
  flag('readonly'),
  flag('options'),
];
const ACTION_FIELDS = [text('name')];

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
  const ask = (fields: readonly Field[], rowsFor: (context: ActionContext) => readonly Row[]): Action => ({
    params,
    needs: ['access CiviCRM'],
    run: (context, sent) => {
      const table = computed(entity.name, fields, rowsFor(context));
      const { rows } = runQuery(context, context.schema, table, readQuery(sent));
      return { values: rows.map((row) => inOrderOf(fields, row)) };
    },
  });
  return new Map([
    ['getFields', ask(FIELD_FIELDS, () => fieldRows(entity))],
    ['getActions', ask(ACTION_FIELDS, (context) => actionRows(context, actions()))],
  ]);
}

/** These keys come in their own order, whatever the order of `select` (civicrm-recorded.md 9). */
const inOrderOf = (fields: readonly Field[], row: OutputRow): OutputRow =>
  Object.fromEntries(fields.flatMap(({ name }) => (name in row ? [[name, row[name]]] : [])));

function fieldRows(entity: Entity): readonly Row[] {
  return [...entity.fields.values()].map((field) => ({
    type: field.calculate === undefined ? 'Field' : 'Extra',
    name: field.name,
    title: field.name,
    data_type: field.dataType,
    readonly: field.isReadonly === true,
    options: field.options !== undefined,
  }));
}

/** What it lists tells the version: `getMergedTo` means 5.80 at least (civicrm-api.md 1.8). */
function actionRows({ site }: ActionContext, actions: ReadonlyMap<string, Action>): readonly Row[] {
  return [...actions]
    .filter(([, { since }]) => since === undefined || isAtLeast(site, since))
    .map(([name]) => ({ name }));
}
