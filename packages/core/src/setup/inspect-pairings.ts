import { checkMapping } from '../decide/check-mappings.ts';
import type { AudienceId } from '../domain/ids.ts';
import type { NewInterest, NewMapping } from '../store/pairings.ts';
import type { Account, Site } from '../store/sites.ts';
import { type Look, look, unless, usage } from './obstacle.ts';
import type { InterestPair } from './parse-interests.ts';
import type { ParsedMappings } from './parse-mappings.ts';
import { readCivicrm, readMailchimp } from './readers.ts';

/** Where what is to be paired must be. */
export interface PairingPlace {
  readonly account: Account;
  readonly site: Site;
  readonly audience: AudienceId;
}

/** Is every interest in the audience (E20)? Says what Mailchimp calls them. A request for each category; none where none is paired. */
export async function inspectInterests(
  { account, audience }: PairingPlace,
  pairs: readonly InterestPair[],
  signal: AbortSignal,
): Promise<Look<readonly NewInterest[]>> {
  if (pairs.length === 0) return { kind: 'found', found: [] };
  const looked = await look(async () => await readMailchimp(account).fetchInterests(audience, signal));
  if (looked.kind === 'obstructed') return looked;
  const names = new Map(looked.found.map(({ id, name }) => [id, name]));
  const missing = pairs.filter(({ interestId }) => !names.has(interestId));
  return unless(
    missing.map(({ interestId }) =>
      usage(
        'BAD_INPUT',
        `There is no interest ${interestId} in the audience. Interests: ${namesOf(looked.found)}.`,
      ),
    ),
    pairs.map(({ interestId, groupId }) => ({
      interestId,
      groupId,
      interestName: names.get(interestId) ?? '',
    })),
  );
}

/** What groups are called, by their number. */
export type GroupTitles = ReadonlyMap<number, string>;

/** With what their groups are called. */
export const withTitles = (interests: readonly NewInterest[], titles: GroupTitles): readonly NewInterest[] =>
  interests.map((pair) => ({ ...pair, groupTitle: titles.get(pair.groupId) ?? '' }));

const namesOf = (interests: readonly { readonly id: string; readonly name: string }[]): string =>
  interests.length === 0 ? 'none' : interests.map(({ id, name }) => `${id} (${name})`).join(', ');

/** Are all fields, merge tags and tags there, and can each be mapped so? Three requests at the most. */
export async function inspectMappings(
  { account, site, audience }: PairingPlace,
  { mappings, tags }: Pick<ParsedMappings, 'mappings' | 'tags'>,
  signal: AbortSignal,
): Promise<Look<readonly NewMapping[]>> {
  const looked = await look(async () => {
    const civicrm = readCivicrm(site);
    const [fields, tagNames, mergeFields] = await Promise.all([
      civicrm.fetchFields(
        mappings.map(({ fieldPath }) => fieldPath),
        signal,
      ),
      civicrm.fetchTagNames(tags, signal),
      readMailchimp(account).fetchMergeFields(audience, signal),
    ]);
    return { fields, tagNames, mergeFields };
  });
  if (looked.kind === 'obstructed') return looked;
  const { fields, tagNames, mergeFields } = looked.found;
  const known = mergeFields.map(({ tag }) => tag);
  // An audience whose FNAME was renamed has nothing to keep the same.
  const wanted = mappings.filter(({ isDefault, mergeTag }) => !isDefault || known.includes(mergeTag));
  const spelt = new Map(tagNames.map((name) => [name.toLowerCase(), name]));
  const problems = [
    ...wanted.flatMap((mapping) =>
      checkMapping(mapping, {
        field: fields.get(mapping.fieldPath) ?? null,
        mergeField: mergeFields.find(({ tag }) => tag === mapping.mergeTag) ?? null,
        takesJoined: isOlderThanSixSix(site.version) ? 'no' : 'yes',
      }),
    ),
    ...tags
      .filter((name) => !spelt.has(name.toLowerCase()))
      .map((name) => `CiviCRM has no tag "${name}". Its tags are under Administer, Tags.`),
  ];
  return unless(
    problems.map((message) => usage('BAD_INPUT', message)),
    [
      ...wanted.map(({ isDefault: _, ...mapping }) => ({
        ...mapping,
        dataType: fields.get(mapping.fieldPath)?.dataType ?? 'String',
      })),
      ...tags.map((name) => toTagMapping(spelt.get(name.toLowerCase()) ?? name)),
    ],
  );
}

const toTagMapping = (name: string): NewMapping => ({
  fieldPath: `tag:${name}`,
  mergeTag: `tag:${name}`,
  direction: 'civicrm-to-mailchimp',
});

/** A version that may not be asked counts as new enough: what is written is read back. */
function isOlderThanSixSix(version: string | null): boolean {
  const [major = 99, minor = 0] = (version ?? '')
    .split('.')
    .map((part) => Number.parseInt(part, 10) || undefined);
  return major < 6 || (major === 6 && minor < 6);
}
