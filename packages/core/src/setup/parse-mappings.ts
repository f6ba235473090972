/** Which way a field goes (rules section 5), as it is stored. */
const DIRECTIONS = ['civicrm-to-mailchimp', 'mailchimp-to-civicrm', 'both'] as const;
type Direction = (typeof DIRECTIONS)[number];

/** A CiviCRM field paired with a merge field. */
export interface Mapping {
  readonly fieldPath: string;
  readonly mergeTag: string;
  readonly direction: Direction;
}

/** What could be read, and every problem in words. */
export interface ParsedMappings {
  readonly mappings: readonly Mapping[];
  readonly problems: readonly string[];
}

/** An APIv4 path: names parted by dots, with a suffix such as `:label` where it has one. */
const FIELD_PATH = /^[a-z_]\w*(\.[a-z_]\w*)*(:[a-z]+)?$/i;
/** Mailchimp allows ten characters. */
const MERGE_TAG = /^[A-Z][A-Z0-9_]{0,9}$/;

/**
 * Reads `FIELDPATH=MERGETAG[:direction]`, such as `address_primary.city=CITY` or `nick_name=NICK:both`; without a direction the field goes to Mailchimp. Never throws: what
 * cannot be read is a problem that says what is taken.
 */
export function parseMappings(texts: readonly string[]): ParsedMappings {
  const parsed = texts.map(parseMapping);
  const mappings = parsed.flatMap((one) => (typeof one === 'string' ? [] : one));
  const problems = parsed.filter((one) => typeof one === 'string');
  return { mappings, problems: [...problems, ...findRepeats(mappings)] };
}

function parseMapping(text: string): Mapping | string {
  const [, fieldPath = '', mergeTag = '', direction = 'civicrm-to-mailchimp'] =
    /^([^=]+)=([^:]*)(?::(.*))?$/.exec(text.trim()) ?? [];
  const known = DIRECTIONS.find((name) => name === direction.replace('→', '-to-'));
  if (!FIELD_PATH.test(fieldPath) || !MERGE_TAG.test(mergeTag)) {
    return `The field mapping "${text}" must be a CiviCRM field and a merge tag of at most ten capital letters and digits, such as address_primary.city=CITY.`;
  }
  if (mergeTag === 'EMAIL')
    return 'The merge tag EMAIL is the address itself, which cannot be mapped. Leave this field mapping out.';
  if (known === undefined) {
    return `The field mapping "${text}" goes ${DIRECTIONS.join(', ')}, and nowhere else: write one of these after the colon.`;
  }
  return { fieldPath, mergeTag, direction: known };
}

function findRepeats(mappings: readonly Mapping[]): readonly string[] {
  const tags = mappings.map(({ mergeTag }) => mergeTag);
  const repeated = new Set(tags.filter((tag, at) => tags.indexOf(tag) !== at));
  return [...repeated].map((tag) => `Two fields are mapped to the merge tag ${tag}. Map only one of them.`);
}
