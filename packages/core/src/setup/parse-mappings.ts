import { DEFAULT_MAPPINGS, DIRECTIONS, type Direction } from '../domain/pairings.ts';

/** A CiviCRM field paired with a merge field, as it was typed. */
export interface TypedMapping {
  readonly fieldPath: string;
  readonly mergeTag: string;
  readonly direction: Direction;
  readonly conflict: 'civicrm' | 'mailchimp';
  readonly empty: 'keeps' | 'clears';
  /** One that ships with us, and that nobody typed. */
  readonly isDefault: boolean;
}

/** What could be read, and every problem in words. */
export interface ParsedMappings {
  readonly mappings: readonly TypedMapping[];
  /** Names of CiviCRM tags that Mailchimp gets as tags. */
  readonly tags: readonly string[];
  readonly problems: readonly string[];
}

/** An APIv4 path: names parted by dots, with a suffix such as `:label` where it has one. */
const FIELD_PATH = /^[a-z_]\w*(\.[a-z_]\w*)*(:[a-z]+)?$/i;
/** Mailchimp allows ten characters. */
const MERGE_TAG = /^[A-Z][A-Z0-9_]{0,9}$/;
const TAG = /^tag:(.*)$/i;

type Parsed =
  | { readonly kind: 'mapping'; readonly mapping: TypedMapping }
  | { readonly kind: 'left-out'; readonly mergeTag: string }
  | { readonly kind: 'tag'; readonly name: string }
  | { readonly kind: 'problem'; readonly message: string };

/**
 * Reads `FIELDPATH=MERGETAG[:direction][:mailchimp-wins][:clears]`, such as `address_primary.city=CITY` or `nick_name=NICK:both`, and `tag:NAME`. Without a direction the field goes to Mailchimp.
 * First and last name come with it unless one of them is mapped otherwise, or left out by `:off`. Never throws: what cannot be read is a problem that says what is taken.
 */
export function parseMappings(texts: readonly string[]): ParsedMappings {
  const parsed = texts.map(parseText);
  const typed = parsed.flatMap((one) => (one.kind === 'mapping' ? one.mapping : []));
  const leftOut = parsed.flatMap((one) => (one.kind === 'left-out' ? one.mergeTag : []));
  const taken = new Set([...typed.map(({ mergeTag }) => mergeTag), ...leftOut]);
  const defaults = DEFAULT_MAPPINGS.filter(({ mergeTag }) => !taken.has(mergeTag)).map(
    ({ dataType: _, ...mapping }) => ({ ...mapping, isDefault: true }),
  );
  return {
    mappings: [...defaults, ...typed],
    tags: [...new Set(parsed.flatMap((one) => (one.kind === 'tag' ? one.name : [])))],
    problems: [
      ...parsed.flatMap((one) => (one.kind === 'problem' ? one.message : [])),
      ...findRepeats(typed),
    ],
  };
}

function parseText(text: string): Parsed {
  const [, tag] = TAG.exec(text.trim()) ?? [];
  if (tag !== undefined) return parseTag(tag.trim());
  const [, fieldPath = '', mergeTag = '', options = ''] =
    /^([^=]+)=([^:]*)((?::.*)?)$/.exec(text.trim()) ?? [];
  if (!FIELD_PATH.test(fieldPath) || !MERGE_TAG.test(mergeTag)) {
    return problem(
      `The field mapping "${text}" must be a CiviCRM field and a merge tag of at most ten capital letters and digits, such as address_primary.city=CITY; or a tag, such as tag:Donor.`,
    );
  }
  if (mergeTag === 'EMAIL')
    return problem(
      'The merge tag EMAIL is the address itself, which cannot be mapped. Leave this field mapping out.',
    );
  return parseOptions(text, { fieldPath, mergeTag }, options.split(':').slice(1));
}

const problem = (message: string): Parsed => ({ kind: 'problem', message });

function parseTag(name: string): Parsed {
  return name === '' || name.length > 100
    ? problem('A tag mapping names a tag of CiviCRM by at most 100 characters, such as tag:Donor.')
    : { kind: 'tag', name };
}

function parseOptions(
  text: string,
  pair: Pick<TypedMapping, 'fieldPath' | 'mergeTag'>,
  options: readonly string[],
): Parsed {
  let mapping: TypedMapping = {
    ...pair,
    direction: 'civicrm-to-mailchimp',
    conflict: 'civicrm',
    empty: 'keeps',
    isDefault: false,
  };
  for (const option of options) {
    const direction = DIRECTIONS.find((name) => name === option.replace('→', '-to-'));
    if (option === 'off') return { kind: 'left-out', mergeTag: pair.mergeTag };
    if (direction !== undefined) mapping = { ...mapping, direction };
    else if (option === 'mailchimp-wins') mapping = { ...mapping, conflict: 'mailchimp' };
    else if (option === 'civicrm-wins') mapping = { ...mapping, conflict: 'civicrm' };
    else if (option === 'clears') mapping = { ...mapping, empty: 'clears' };
    else
      return problem(
        `The field mapping "${text}" goes ${DIRECTIONS.join(', ')}, and nowhere else: write one of these after the colon. After it may stand civicrm-wins or mailchimp-wins, and clears.`,
      );
  }
  return { kind: 'mapping', mapping };
}

function findRepeats(mappings: readonly TypedMapping[]): readonly string[] {
  const tags = mappings.map(({ mergeTag }) => mergeTag);
  const repeated = new Set(tags.filter((tag, at) => tags.indexOf(tag) !== at));
  return [...repeated].map((tag) => `Two fields are mapped to the merge tag ${tag}. Map only one of them.`);
}
