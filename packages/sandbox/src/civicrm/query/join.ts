import { ApiError } from '../api/api-error.ts';
import type { FieldValue, Row } from '../tables/rows.ts';
import { type Demands, type Entity, rowsOf } from './field.ts';
import type { Frame, Scope } from './scope.ts';
import { compileWhere, readNested } from './where.ts';

type Side = 'LEFT' | 'INNER' | 'EXCLUDE';

/** One join of a query. */
export interface Join {
  /** Where its rows stand in the frames. */
  readonly at: number;
  /** Its rows are those of one value, and nothing is in the answer without one: the database reads them first. */
  readonly isLeading: boolean;
  /** Puts its rows beside every frame. */
  readonly put: (frames: readonly Frame[]) => readonly Frame[];
}

interface JoinClause {
  readonly entityName: string;
  readonly alias: string;
  readonly side: Side;
  readonly bridgeName: string | undefined;
  readonly conditions: readonly unknown[];
}

/** Compiles `["GroupContact AS gc", "INNER", ["gc.contact_id", "=", "id"], …]`, with or without a bridge entity. */
export function compileJoin(
  sent: unknown,
  scope: Scope,
  mayRead: (entityName: string) => boolean,
): Join | undefined {
  const clause = readClause(sent);
  const entity =
    clause.bridgeName === undefined
      ? scope.findEntity(clause.entityName)
      : bridged(scope, clause.entityName, clause.bridgeName);
  if (entity === undefined) throw new ApiError(`API (${clause.entityName}, get) does not exist`);
  // A join to what the caller may not read is left out without a word (civicrm-api.md 0.1).
  if (!mayRead(clause.entityName)) return undefined;
  const at = scope.join({ alias: clause.alias, entity });
  const test = compileWhere(clause.conditions, {
    context: scope.context,
    resolve: (name) => scope.find(name),
    rightSide: 'expression',
  });
  const candidatesFor = candidateFinder(clause, entity, scope);
  const sees = entity.seenBy(scope.context);
  const put = (frames: readonly Frame[]) =>
    frames.flatMap((frame) => {
      const matches: Frame[] = [];
      for (const row of candidatesFor(frame)) {
        const joined = withRow(frame, at, row);
        if (sees(row) && test(joined) === true) matches.push(joined);
      }
      return settle(clause.side, frame, at, matches);
    });
  return { at, isLeading: isLeading(clause), put };
}

const isLeading = ({ side, conditions }: JoinClause): boolean =>
  side === 'INNER' &&
  conditions.some((condition) => Array.isArray(condition) && typeof condition[2] === 'number');

function settle(side: Side, frame: Frame, at: number, matches: readonly Frame[]): readonly Frame[] {
  const alone = withRow(frame, at, undefined);
  if (side === 'EXCLUDE') return matches.length > 0 ? [] : [alone];
  return matches.length === 0 && side === 'LEFT' ? [alone] : matches;
}

function withRow(frame: Frame, at: number, row: Row | undefined): Frame {
  const joined = [...frame];
  joined[at] = row;
  return joined;
}

function readClause(sent: unknown): JoinClause {
  if (!Array.isArray(sent) || typeof sent[0] !== 'string') throw new ApiError('Illegal join');
  const [name, sentSide, ...rest] = sent;
  const [, entityName = '', alias = entityName] = /^(\w+)(?:\s+AS\s+(\w+))?$/i.exec(name) ?? [];
  const bridgeName = typeof rest[0] === 'string' ? rest[0] : undefined;
  const conditions = bridgeName === undefined ? rest : rest.slice(1);
  return { entityName, alias, side: readSide(sentSide), bridgeName, conditions };
}

function readSide(sent: unknown): Side {
  const side = typeof sent === 'string' ? sent.toUpperCase() : 'LEFT';
  if (side !== 'LEFT' && side !== 'INNER' && side !== 'EXCLUDE')
    throw new ApiError(`Illegal value for join side: '${side}'.`);
  return side;
}

/** What the joined table must have, read off the conditions for one frame, so that its indexes are used. */
function candidateFinder(clause: JoinClause, entity: Entity, scope: Scope): (frame: Frame) => readonly Row[] {
  const prefix = `${clause.alias}.`;
  const known = new Map<string, (frame: Frame) => FieldValue>();
  for (const condition of clause.conditions) {
    if (!Array.isArray(condition) || readNested(condition) !== undefined || condition[1] !== '=') continue;
    const [left, , right] = condition;
    noteEquality(known, prefix, String(left), right, scope);
    if (typeof right === 'string') noteEquality(known, prefix, right, left, scope);
  }
  return (frame) => {
    const demands: Demands = {
      oneOf: (field) => {
        const read = known.get(field);
        return read === undefined ? undefined : [read(frame)];
      },
      atLeast: () => undefined,
    };
    return rowsOf(entity.candidates(scope.context.site, demands, []).rows);
  };
}

function noteEquality(
  known: Map<string, (frame: Frame) => FieldValue>,
  prefix: string,
  own: string,
  other: unknown,
  scope: Scope,
): void {
  if (!own.startsWith(prefix)) return;
  const field = own.slice(prefix.length);
  if (typeof other === 'number') known.set(field, () => other);
  if (typeof other !== 'string' || other.startsWith(prefix)) return;
  const read = scope.find(other)?.read;
  if (read !== undefined) known.set(field, read);
}

/** An entity reached over a bridge (`Group` over `GroupContact`): both sets of fields under one name. */
function bridged(scope: Scope, entityName: string, bridgeName: string): Entity | undefined {
  const entity = scope.findEntity(entityName);
  const bridge = scope.findEntity(bridgeName);
  const link = [...(bridge?.links ?? [])].find(([, { entity: to }]) => to === entityName)?.[1];
  if (entity === undefined || bridge === undefined || link === undefined) return undefined;
  return {
    ...bridge,
    fields: new Map([...bridge.fields, ...entity.fields]),
    links: new Map([...entity.links, ...bridge.links]),
    candidates: (site, demands, wants) => {
      const found = bridge.candidates(site, demands, wants);
      return { rows: rowsOf(found.rows).map((row) => ({ ...row, ...link.find(site, row) })), orderedBy: [] };
    },
  };
}
