import { Random } from './random.ts';
import type { SandboxParts } from './sandbox.ts';
import { CATEGORIES } from './scenario/categories.ts';
import type { Category, Effect } from './scenario/category.ts';
import { CharityBuilder, type CharityInterest } from './scenario/charity-builder.ts';
import { buildOther, REST_OF_CRM } from './scenario/other-contacts.ts';

export interface CharityOptions {
  /** People in the audience or the group. Of each category there is at least one, so that there may be more than a small number. */
  readonly people: number;
  /** The same seed gives the same people; default 1. */
  readonly seed?: number;
  /** The audience's name and the group's title; default "Newsletter". */
  readonly name?: string;
}

/** What was put in place. */
export interface Charity {
  readonly listId: string;
  readonly groupId: number;
  /** Interests that belong together with groups. */
  readonly interests: readonly CharityInterest[];
  /** How many there are of each category of scenario/categories.ts. */
  readonly categories: Readonly<Record<string, number>>;
  /** What a first sync with default policies has to do, in numbers of members or contacts. */
  readonly expected: Readonly<Record<Effect, number>>;
}

/**
 * A believable charity on both sides: an audience and a group that mostly agree, everything that goes wrong in life in small numbers,
 * and a CRM around it. Takes a few seconds for 100,000. Its past ends three days ago.
 *
 * | of 100 people | are                                                                                                        |
 * | ------------- | ---------------------------------------------------------------------------------------------------------- |
 * | 92.6          | subscribed and in the group: most with one address, some with several, some sharing one, some under a flag |
 * | 2.4           | out on both sides, or unknown to CiviCRM and not subscribed                                                |
 * | 2.0           | in the group, to be subscribed or asked                                                                    |
 * | 1.3           | subscribed, to be created or added                                                                         |
 * | 0.9           | out on one side since a later date, to be removed on the other                                             |
 * | 0.8           | refused, waiting or left alone: no address, on hold, cleaned, fake, in the trash, pending                  |
 *
 * The exact shares, and the rules that decide each, are in scenario/categories.ts. For every four of them there is one more contact
 * in the CRM who is neither in the group nor at Mailchimp.
 */
export function populateCharity(parts: SandboxParts, options: CharityOptions): Charity {
  const { people, seed = 1, name = 'Newsletter' } = options;
  const random = new Random(seed);
  const { mailchimp, civicrm } = parts;
  const groupId = civicrm.world.createGroup(name);
  const volunteersId = civicrm.world.createGroup(`${name} volunteers`);
  const listId = mailchimp.world.addAudience(mailchimp.accountId, { name }).id;
  const interests = addInterests(parts, listId, name);
  const charity = new CharityBuilder(parts, random, { listId, groupId, volunteersId, interests });
  const counts = countCategories(people);
  for (const build of random.shuffle(buildersFor(counts, people))) build(charity);
  charity.finish();
  return {
    listId,
    groupId,
    interests,
    categories: Object.fromEntries(counts.map(([category, count]) => [category.name, count])),
    expected: countEffects(counts),
  };
}

/** Two things that people can like, each with a group in CiviCRM. */
function addInterests(
  { mailchimp, civicrm }: SandboxParts,
  listId: string,
  name: string,
): readonly CharityInterest[] {
  const { interests } = mailchimp.world.audience(listId);
  const category = interests.addCategory('What do you like?', 'checkboxes');
  return ['Walks', 'Recipes'].map((title) => ({
    interestId: interests.add(category.id, title).id,
    groupId: civicrm.world.createGroup(`${name}: ${title.toLowerCase()}`),
  }));
}

type Counts = readonly (readonly [category: Category, count: number])[];

/** At least one of each, and the rest of the people in the category that takes the rest. */
function countCategories(people: number): Counts {
  const counted = CATEGORIES.map(
    (category) =>
      [
        category,
        category.share === undefined ? 0 : Math.max(1, Math.round(category.share * people)),
      ] as const,
  );
  const taken = counted.reduce((sum, [, count]) => sum + count, 0);
  return counted.map(([category, count]) =>
    category.share === undefined ? [category, Math.max(1, people - taken)] : [category, count],
  );
}

function buildersFor(counts: Counts, people: number): readonly ((charity: CharityBuilder) => void)[] {
  const builders = counts.flatMap(([{ build }, count]) => Array.from({ length: count }, () => build));
  const others = Array.from({ length: Math.round(people * REST_OF_CRM) }, () => buildOther);
  return [...builders, ...others];
}

function countEffects(counts: Counts): Readonly<Record<Effect, number>> {
  const expected: Record<Effect, number> = {
    'agreed-in': 0,
    'agreed-out': 0,
    'contact-created': 0,
    'added-to-group': 0,
    'removed-from-group': 0,
    subscribed: 0,
    asked: 0,
    unsubscribed: 0,
    waiting: 0,
    'refused-on-hold': 0,
    'refused-no-email': 0,
    'refused-rejected': 0,
    'refused-cleaned': 0,
    'refused-in-trash': 0,
    'left-alone': 0,
  };
  for (const [{ effect, effects = 1 }, count] of counts) expected[effect] += effects * count;
  return expected;
}
