import type { Caller } from '../callers.ts';
import type { Site } from '../site.ts';
import { ApiSchema } from './api-schema.ts';
import { callApi } from './call-api.ts';
import { asRecord } from './params.ts';

/** The contacts that a saved search finds, by their ids; undefined for a search that is not there or finds no contacts. */
export function runSearch(site: Site, caller: Caller, searchId: number): readonly number[] | undefined {
  const search = site.tables.savedSearches.get(searchId);
  if (search?.api_entity !== 'Contact') return undefined;
  const { where, join } = asRecord(JSON.parse(search.api_params));
  const params = { select: ['id'], where: where ?? [], join: join ?? [] };
  const session = { site, schema: new ApiSchema(), caller };
  const { values } = callApi(session, { entity: 'Contact', action: 'get', params });
  return Array.isArray(values) ? values.map((row) => Number(asRecord(row)['id'])) : [];
}
