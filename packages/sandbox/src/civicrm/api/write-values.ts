import { columnText } from '../column-text.ts';
import type { Entity, Field, QueryContext } from '../query/field.ts';
import { splitSuffix } from '../query/scope.ts';
import { fromOption, toFieldValue } from '../query/value.ts';
import type { FieldValue } from '../tables/rows.ts';

/** Values to be written, by column; those of a linked row by its path (`email_primary.email`). */
export type WriteValues = Readonly<Record<string, FieldValue>>;

/**
 * What was sent, as values of the columns' types. Names that do not exist are left out, and those that cannot be written. Boolean
 * columns know no NULL.
 */
export function readWriteValues(
  context: QueryContext,
  entity: Entity,
  entities: ReadonlyMap<string, Entity>,
  sent: Readonly<Record<string, unknown>>,
): WriteValues {
  const values: Record<string, FieldValue> = {};
  for (const [name, value] of Object.entries(sent)) {
    const { path, suffix } = splitSuffix(name);
    const field = entity.customFields?.(context.site).get(path) ?? findField(entity, entities, path);
    if (field === undefined || (field.isReadonly === true && path !== 'id')) continue;
    const options = suffix === null ? undefined : field.options?.(context.site);
    const meant = options === undefined || suffix === null ? value : fromOption(value, suffix, options);
    values[path] = asWritten(field, meant, context);
  }
  return values;
}

function asWritten(field: Field, sent: unknown, context: QueryContext): FieldValue {
  const isCustom = field.customFieldId !== undefined;
  const isText = field.dataType === 'String' || field.dataType === 'Text' || field.dataType === 'Array';
  if (sent === '' && (isCustom || !isText)) return field.dataType === 'Boolean' && !isCustom ? false : null;
  const written = toFieldValue(sent, field.dataType, context);
  if (field.dataType === 'Boolean' && !isCustom) return written ?? false;
  const { textLength } = field;
  return textLength !== undefined && typeof written === 'string' ? columnText(written, textLength) : written;
}

function findField(entity: Entity, entities: ReadonlyMap<string, Entity>, path: string) {
  const [first = '', second, ...more] = path.split('.');
  if (second === undefined) return entity.fields.get(first);
  if (more.length > 0) return undefined;
  return entities.get(entity.links.get(first)?.entity ?? '')?.fields.get(second);
}

/** The values of one link: `email_primary.email` → `email`. */
export function linkedValues(values: WriteValues, link: string): WriteValues {
  const prefix = `${link}.`;
  return Object.fromEntries(
    Object.entries(values)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  );
}
