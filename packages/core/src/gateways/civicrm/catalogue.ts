import { z } from 'zod';
import { get } from './api-call.ts';
import type { GroupInfo } from './civicrm.ts';
import { type CivicrmOptions, createCivicrmClient } from './client.ts';
import { rowsOf } from './rights.ts';
import { groupRow, labelRow } from './schemas.ts';
import { toGroupInfo } from './translate.ts';

/** A field of a contact that somebody may map. */
export interface CatalogueField {
  /** APIv4 path, such as `first_name`. */
  readonly path: string;
  readonly title: string;
  readonly isReadonly: boolean;
}

/** What a site has to be picked from, for whoever sets up. */
export interface CivicrmCatalogue {
  /** All groups that our key may see, hidden ones left out, by title. One request. */
  fetchGroups(signal: AbortSignal): Promise<readonly GroupInfo[]>;
  /** The contact's own and custom fields. One request; empty where our key may not ask. */
  fetchContactFields(signal: AbortSignal): Promise<readonly CatalogueField[]>;
  /** Tags as people know them, by name. One request; empty where our key may not ask. */
  fetchTags(signal: AbortSignal): Promise<readonly string[]>;
}

const nestingRow = z.object({ parent_group_id: z.int().positive() });
const fieldRow = z.object({
  name: z.string().min(1),
  title: z.string().nullish(),
  label: z.string().nullish(),
  readonly: z.boolean().nullish(),
});

/** Throws `UsageError` where the address or the key cannot be one; sends nothing yet. */
export function createCivicrmCatalogue(options: CivicrmOptions): CivicrmCatalogue {
  const client = createCivicrmClient(options);
  return {
    async fetchGroups(signal) {
      const { replies } = await client.tryRead(
        {
          groups: get('Group', groupRow, {
            select: Object.keys(groupRow.shape),
            where: [['is_hidden', '=', false]],
            orderBy: { title: 'ASC' },
          }),
          // Not offered everywhere; `children` is a copy of it.
          nesting: get('GroupNesting', nestingRow, { select: ['parent_group_id'] }),
        },
        signal,
      );
      const parents = rowsOf(replies.nesting).map((row) => row.parent_group_id);
      return rowsOf(replies.groups).map((group) =>
        toGroupInfo(group, parents.filter((parent) => parent === group.id).length),
      );
    },

    async fetchContactFields(signal) {
      const call = {
        entity: 'Contact',
        action: 'getFields',
        params: { select: ['name', 'title', 'label', 'readonly'] },
        row: fieldRow,
      };
      const { replies } = await client.tryRead({ fields: call }, signal);
      return rowsOf(replies.fields).map(({ name, title, label, readonly }) => ({
        ...{ path: name, title: label ?? title ?? name },
        isReadonly: readonly ?? false,
      }));
    },

    async fetchTags(signal) {
      const call = get('Tag', labelRow, { select: ['label'], orderBy: { label: 'ASC' } });
      const { replies } = await client.tryRead({ tags: call }, signal);
      return rowsOf(replies.tags).map(({ label }) => label);
    },
  };
}
