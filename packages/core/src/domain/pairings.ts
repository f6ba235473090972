import { extraPath } from './extra-data.ts';
import type { GroupId } from './ids.ts';

/** An interest paired with an interest group (rules section 4). */
export interface InterestPair {
  /** Mailchimp's id: ten hexadecimal digits. */
  readonly interestId: string;
  readonly groupId: GroupId;
  /** `newly-paired`: paired after the connection's first sync, and nobody has approved its own yet. */
  readonly phase: 'newly-paired' | 'running';
  /** Null: fit. Otherwise nothing follows from it, and nothing is written for it (E16, E20). */
  readonly fault: InterestFault | null;
}

export interface InterestFault {
  readonly code: 'E16' | 'E20';
  /** One sentence that says what to do. */
  readonly message: string;
}

/** Which way a field goes (rules section 5). */
export const DIRECTIONS = ['civicrm-to-mailchimp', 'mailchimp-to-civicrm', 'both'] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** A CiviCRM field paired with a merge field (rules section 5). */
export interface Mapping {
  /** APIv4 path; `address_primary` alone is a whole address; `extra:TAG` is a developer's own. */
  readonly fieldPath: string;
  readonly mergeTag: string;
  readonly direction: Direction;
  /** Who wins where both have changed. */
  readonly conflict: 'civicrm' | 'mailchimp';
  /** `clears`: an emptied field empties the other one. */
  readonly empty: 'keeps' | 'clears';
  /** CiviCRM's `data_type` of the field: String, Integer, Date, … */
  readonly dataType: string;
}

export type MergeType =
  | 'text'
  | 'number'
  | 'address'
  | 'phone'
  | 'date'
  | 'url'
  | 'imageurl'
  | 'radio'
  | 'dropdown'
  | 'birthday'
  | 'zip';

/** A merge field of the audience. */
export interface MergeField {
  readonly tag: string;
  readonly type: MergeType;
  /** For radio and dropdown. */
  readonly choices: readonly string[];
}

/** What a connection keeps the same besides its group. */
export interface Pairings {
  readonly interests: readonly InterestPair[];
  readonly mappings: readonly Mapping[];
  /** Names of CiviCRM tags that Mailchimp gets as tags. */
  readonly tags: readonly string[];
  /** Tags of a developer's own data. */
  readonly extraTags: readonly string[];
  /** The audience's merge fields, as last seen. */
  readonly mergeFields: readonly MergeField[];
}

/** With the merge fields and tags of a developer's own data. What the connection maps itself goes before. */
export function withExtraPairings(
  pairings: Pairings,
  declared: { readonly mergeTags: readonly string[]; readonly tags: readonly string[] },
): Pairings {
  const taken = new Set(pairings.mappings.map(({ mergeTag }) => mergeTag));
  const tagsTaken = new Set(pairings.tags.map((name) => name.toLowerCase()));
  return {
    ...pairings,
    mappings: [
      ...pairings.mappings,
      ...declared.mergeTags.filter((tag) => !taken.has(tag)).map(extraMapping),
    ],
    extraTags: declared.tags.filter((name) => !tagsTaken.has(name.toLowerCase())),
  };
}

const extraMapping = (mergeTag: string): Mapping => ({
  fieldPath: extraPath(mergeTag),
  mergeTag,
  direction: 'civicrm-to-mailchimp',
  conflict: 'civicrm',
  empty: 'keeps',
  dataType: 'String',
});

/** The first and last name are kept the same if nobody says otherwise. */
export const DEFAULT_MAPPINGS: readonly Mapping[] = [
  nameMapping('first_name', 'FNAME'),
  nameMapping('last_name', 'LNAME'),
];

function nameMapping(fieldPath: string, mergeTag: string): Mapping {
  const rest = { direction: 'both', conflict: 'civicrm', empty: 'keeps', dataType: 'String' } as const;
  return { fieldPath, mergeTag, ...rest };
}
