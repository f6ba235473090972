import type { Direction, MergeField } from '../domain/pairings.ts';

/** A mapping that somebody wants. */
export interface WantedMapping {
  readonly fieldPath: string;
  readonly mergeTag: string;
  readonly direction: Direction;
}

/** What both sides say of it. Null: there is none, or we may not see it. */
export interface MappingFacts {
  readonly field: { readonly dataType: string; readonly isReadonly: boolean } | null;
  readonly mergeField: MergeField | null;
  /** Whether the site takes values of what hangs on a contact, such as an address, with the contact (since 6.6). */
  readonly takesJoined: 'yes' | 'no';
}

/** Every reason why a field cannot be mapped so, each in a sentence that says what to do. */
export function checkMapping(wanted: WantedMapping, facts: MappingFacts): readonly string[] {
  const { fieldPath, mergeTag } = wanted;
  const unknown = [
    ...(facts.field === null
      ? [
          `CiviCRM has no field ${fieldPath}, or does not show it to the API user. The API Explorer lists the fields of Contact, such as first_name, address_primary.city or Group.field for a custom field.`,
        ]
      : []),
    ...(facts.mergeField === null
      ? [
          `The audience has no merge tag ${mergeTag}. Its tags are under Audience, Settings, "Audience fields and *|MERGE|* tags".`,
        ]
      : []),
  ];
  if (facts.field === null || facts.mergeField === null) return unknown;
  return [
    ...checkForms(wanted, facts.field.dataType, facts.mergeField),
    ...(wanted.direction === 'civicrm-to-mailchimp' ? [] : checkWriting(wanted, facts.field, facts)),
  ];
}

function checkForms(
  { fieldPath, mergeTag, direction }: WantedMapping,
  dataType: string,
  { type }: MergeField,
): readonly string[] {
  const isAddress = dataType === 'Address';
  if (isAddress !== (type === 'address')) {
    return [
      isAddress
        ? `${fieldPath} is a whole address, and the merge tag ${mergeTag} is none. Map one of its fields, such as ${fieldPath}.city.`
        : `The merge tag ${mergeTag} is a whole address. Map address_primary to it.`,
    ];
  }
  if (direction === 'civicrm-to-mailchimp') return [];
  if (type === 'birthday')
    return [
      `The merge tag ${mergeTag} is a birthday without a year, from which no date can be made. Let it go to Mailchimp only.`,
    ];
  return isAddress ? [`A whole address such as ${fieldPath} can go to Mailchimp only.`] : [];
}

function checkWriting(
  { fieldPath }: WantedMapping,
  { isReadonly, dataType }: NonNullable<MappingFacts['field']>,
  { takesJoined }: MappingFacts,
): readonly string[] {
  if (dataType === 'Address') return [];
  if (isReadonly || dataType === 'Array')
    return [`${fieldPath} cannot be written. Let it go to Mailchimp only.`];
  if (/^email_/.test(fieldPath))
    return ['Addresses are matched and moved by rules of their own. Let an address go to Mailchimp only.'];
  return /^(address|phone)_\w+\./.test(fieldPath) && takesJoined === 'no'
    ? [`${fieldPath} can be written since CiviCRM 6.6 only. Update CiviCRM, or let it go to Mailchimp only.`]
    : [];
}
