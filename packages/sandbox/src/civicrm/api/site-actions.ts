import { type Entity, fieldMap } from '../query/field.ts';
import type { Site } from '../site.ts';
import type { Action } from './action.ts';
import { getAction } from './get-action.ts';
import { textsParam } from './params.ts';

/** One row: the site itself, and its version. */
export const domainEntity: Entity = {
  name: 'Domain',
  fields: fieldMap([
    { name: 'id', dataType: 'Integer' },
    { name: 'name', dataType: 'String' },
    { name: 'version', dataType: 'String' },
    { name: 'contact_id', dataType: 'Integer' },
  ]),
  links: new Map(),
  defaults: new Map(),
  uniqueFields: () => ['id'],
  seenBy: () => () => true,
  candidates: ({ version }) => ({
    rows: [{ id: 1, name: 'Default Domain Name', version, contact_id: 1 }],
    orderedBy: ['id'],
  }),
};

export const domainActions: ReadonlyMap<string, Action> = new Map([
  ['get', getAction(domainEntity, ['administer CiviCRM'])],
]);

/** Settings have no table: they are asked for by name. */
export const settingActions: ReadonlyMap<string, Action> = new Map([
  [
    'get',
    {
      params: { select: 'array', where: 'array', domainId: 'mixed' },
      needs: ['administer CiviCRM'],
      run: ({ site }, params) => {
        const wanted = textsParam(params, 'select');
        const settings = settingsOf(site).filter(({ name }) => wanted.length === 0 || wanted.includes(name));
        return { values: settings.map((setting) => ({ ...setting, domain_id: 1 })) };
      },
    } satisfies Action,
  ],
]);

const settingsOf = (site: Site) => [
  { name: 'lang', value: null },
  { name: 'lcMessages', value: 'en_US' },
  { name: 'contact_undelete', value: site.trash === 'on' ? '1' : '0' },
  { name: 'civimail_multiple_bulk_emails', value: null },
  { name: 'logging', value: null },
];

/** The entity under which settings are listed among the others; it has no rows. */
export const settingEntity: Entity = {
  ...domainEntity,
  name: 'Setting',
  fields: fieldMap([]),
  candidates: () => ({ rows: [], orderedBy: [] }),
};

/** What a site says about its own health; nothing is ever wrong here. */
export const systemEntity: Entity = { ...settingEntity, name: 'System' };

export const systemActions: ReadonlyMap<string, Action> = new Map([
  [
    'check',
    {
      params: { where: 'array', select: 'array', includeDisabled: 'bool' },
      needs: ['administer CiviCRM'],
      run: ({ site }) => ({
        values: [
          {
            name: 'checkVersion_upToDate',
            title: 'CiviCRM Update Status',
            message: `CiviCRM version ${site.version} is up-to-date.`,
            severity: 'info',
            severity_id: 1,
            is_visible: true,
          },
        ],
      }),
    } satisfies Action,
  ],
]);
