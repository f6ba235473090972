import type { ApiCall } from './api-call.ts';
import { get } from './api-call.ts';
import type { CivicrmReader, FieldInfo } from './civicrm.ts';
import type { CivicrmClient } from './client.ts';
import { isWholeAddress } from './profile.ts';
import { fieldRow, labelRow } from './schemas.ts';

/** What hangs on a contact once, by the name under which a path reaches it (civicrm-api.md 1.8). */
const JOINED = {
  address_primary: 'Address',
  address_billing: 'Address',
  phone_primary: 'Phone',
  phone_billing: 'Phone',
  email_primary: 'Email',
} as const;
type Joined = keyof typeof JOINED;

/** Reads which fields and tags a site has, for whoever maps them. */
export function createFieldReader(
  client: CivicrmClient,
): Pick<CivicrmReader, 'fetchFields' | 'fetchTagNames'> {
  return {
    async fetchFields(paths, signal) {
      const { answers } = await client.read(
        {
          Contact: fieldsOf('Contact'),
          Address: fieldsOf('Address'),
          Phone: fieldsOf('Phone'),
          Email: fieldsOf('Email'),
        },
        signal,
      );
      const found = new Map<string, FieldInfo>();
      for (const path of paths) {
        const { entity, name } = locate(path);
        if (isWholeAddress(path) && isJoined(path)) {
          found.set(path, { dataType: 'Address', isReadonly: true });
          continue;
        }
        const row = answers[entity].rows.find((field) => field.name === name);
        if (row !== undefined) found.set(path, toInfo(path, row));
      }
      return found;
    },

    async fetchTagNames(names, signal) {
      if (names.length === 0) return [];
      // The name is a machine's; people know a tag by its label (CiviCRM 5.68).
      const call = get('Tag', labelRow, {
        select: ['label'],
        where: [['label', 'IN', names]],
        orderBy: { label: 'ASC' },
      });
      const { answers } = await client.read({ tags: call }, signal);
      return answers.tags.rows.map(({ label }) => label);
    },
  };
}

const fieldsOf = (
  entity: string,
): ApiCall<{ name: string; data_type: string | null; readonly?: boolean | null | undefined }> => ({
  entity,
  action: 'getFields',
  params: { select: ['name', 'data_type', 'readonly'], loadOptions: false },
  row: fieldRow,
});

const isJoined = (name: string): name is Joined => Object.hasOwn(JOINED, name);

/** A custom field is named with its group, so its dot is part of its name. */
function locate(path: string): {
  readonly entity: 'Contact' | (typeof JOINED)[Joined];
  readonly name: string;
} {
  const [bare = ''] = path.split(':');
  const [first = '', ...rest] = bare.split('.');
  return isJoined(first) && rest.length > 0
    ? { entity: JOINED[first], name: rest.join('.') }
    : { entity: 'Contact', name: bare };
}

/** With a suffix such as `:label` a code is a text. */
function toInfo(
  path: string,
  row: { readonly data_type: string | null; readonly readonly?: boolean | null | undefined },
): FieldInfo {
  return {
    dataType: path.includes(':') ? 'String' : (row.data_type ?? 'String'),
    isReadonly: row.readonly === true,
  };
}
