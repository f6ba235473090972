import type { Permission } from '../callers.ts';
import type { Entity, QueryContext } from '../query/field.ts';
import type { Schema } from '../query/query.ts';
import type { ParamSpec, Params } from './params.ts';

/** What an action works with: one caller, one moment, the whole API. */
export interface ActionContext extends QueryContext {
  readonly schema: Schema;
  readonly entityName: string;
  readonly actionName: string;
  /** Did another request make, just now, the row that this one has looked for? Asked only where there is one. */
  readonly losesRace: () => boolean;
}

export interface ActionResult {
  readonly values: readonly unknown[];
  /** Of `row_count`: how many there are. */
  readonly total?: number;
  /** Of `save`: how many records were there before. */
  readonly updated?: number;
}

export interface Action {
  readonly params: ParamSpec;
  /** Without all of these: 403, before anything is looked at (civicrm-api.md 1.4). */
  readonly needs: readonly Permission[];
  readonly run: (context: ActionContext, params: Params) => ActionResult;
  /** The first version that has it. */
  readonly since?: string;
}

/** An entity of the API: how it is read and what can be done with it. */
export interface ApiEntity {
  readonly entity: Entity;
  readonly actions: ReadonlyMap<string, Action>;
}
