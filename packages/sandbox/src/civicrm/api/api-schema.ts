import type { Caller, Permission } from '../callers.ts';
import { activityContactEntity, activityEntity } from '../query/activity-entities.ts';
import { contactEntity } from '../query/contact-entity.ts';
import { customFieldEntity, customGroupEntity } from '../query/custom-entities.ts';
import { addressEntity, phoneEntity } from '../query/detail-entities.ts';
import { emailEntity } from '../query/email-entity.ts';
import type { Entity } from '../query/field.ts';
import { groupContactEntity } from '../query/group-contact-entity.ts';
import { groupEntity, groupNestingEntity } from '../query/group-entity.ts';
import { historyEntity } from '../query/history-entity.ts';
import type { Schema } from '../query/query.ts';
import { savedSearchEntity } from '../query/saved-search-entity.ts';
import { entityTagEntity, tagEntity } from '../query/tag-entities.ts';
import { isAtLeast, type Site } from '../site.ts';
import type { Action, ApiEntity } from './action.ts';
import { contactWriter } from './contact-writer.ts';
import { customFieldWriter, customGroupWriter } from './custom-writers.ts';
import { addressWriter, phoneWriter } from './detail-writers.ts';
import { emailWriter } from './email-writer.ts';
import { getAction } from './get-action.ts';
import { groupContactWriter } from './group-contact-writer.ts';
import { groupWriter } from './group-writer.ts';
import { historyActions } from './history-actions.ts';
import { mergeActions } from './merge-actions.ts';
import { metadataActions } from './metadata-actions.ts';
import { savedSearchWriter } from './saved-search-writer.ts';
import {
  domainActions,
  domainEntity,
  settingActions,
  settingEntity,
  systemActions,
  systemEntity,
} from './site-actions.ts';
import { entityTagWriter, tagWriter } from './tag-writers.ts';
import { writeActions } from './write-actions.ts';

const ACCESS = ['access CiviCRM'] as const;
const ADMINISTER = ['administer CiviCRM'] as const;

/** Every entity of the API with its actions. */
export class ApiSchema {
  readonly #entities: ReadonlyMap<string, ApiEntity>;
  readonly #tables: ReadonlyMap<string, Entity>;

  constructor() {
    const written = (entity: Entity, needs: readonly Permission[], writes: Actions, more: Actions = []) =>
      withActions(entity, [['get', getAction(entity, needs)]], writes, more);
    const read = (entity: Entity, needs: readonly Permission[]) => written(entity, needs, []);
    const entities = [
      written(contactEntity, [], writeActions(contactWriter), mergeActions),
      written(emailEntity, [], writeActions(emailWriter)),
      written(addressEntity, [], writeActions(addressWriter)),
      written(phoneEntity, [], writeActions(phoneWriter)),
      written(groupEntity, ACCESS, writeActions(groupWriter)),
      written(groupContactEntity, ACCESS, writeActions(groupContactWriter)),
      read(groupNestingEntity, ACCESS),
      written(savedSearchEntity, ADMINISTER, writeActions(savedSearchWriter)),
      withActions(historyEntity, historyActions),
      written(tagEntity, ACCESS, writeActions(tagWriter)),
      written(entityTagEntity, [], writeActions(entityTagWriter)),
      written(customGroupEntity, ACCESS, writeActions(customGroupWriter)),
      written(customFieldEntity, ACCESS, writeActions(customFieldWriter)),
      read(activityEntity, ACCESS),
      read(activityContactEntity, ACCESS),
      withActions(domainEntity, domainActions),
      withActions(settingEntity, settingActions),
      withActions(systemEntity, systemActions),
    ];
    this.#entities = new Map(entities.map((api) => [api.entity.name, api]));
    this.#tables = new Map(entities.map(({ entity }) => [entity.name, entity]));
  }

  /** The action, if this site's version has it. Its name may be written in any case (since 6.11). */
  find(site: Site, entityName: string, actionName: string): { entity: Entity; action: Action } | undefined {
    const api = this.#entities.get(entityName);
    const action =
      api?.actions.get(actionName) ??
      [...(api?.actions ?? [])].find(
        ([name]) => isAtLeast(site, '6.11') && name.toLowerCase() === actionName.toLowerCase(),
      )?.[1];
    if (api === undefined || action === undefined) return undefined;
    if (action.since !== undefined && !isAtLeast(site, action.since)) return undefined;
    return { entity: api.entity, action };
  }

  has(entityName: string): boolean {
    return this.#entities.has(entityName);
  }

  /** The entities as the query language sees them, for one caller. */
  for(caller: Caller): Schema {
    return {
      entities: this.#tables,
      mayRead: (name) => {
        const needs = this.#entities.get(name)?.actions.get('get')?.needs ?? [];
        return needs.every((permission) => caller.may(permission));
      },
    };
  }
}

type Actions = Iterable<readonly [string, Action]>;

function withActions(entity: Entity, ...sets: readonly Actions[]): ApiEntity {
  const actions: Map<string, Action> = new Map(sets.flatMap((set) => [...set]));
  for (const [name, action] of metadataActions(entity, () => actions)) actions.set(name, action);
  return { entity, actions };
}
