import type { PeopleCounts } from '@mcsync/core/store/people-counts';
import { REFUSAL_WORDS } from '@mcsync/core/words/refusals';
import { FLAG_WORDS, WARNING_WORDS } from '@mcsync/core/words/warnings';
import pc from 'picocolors';
import { number } from './format.ts';

/** Those of a connection's people who need somebody, or time: by reason, and how many. Empty where there are none. */
export function peopleLines({ refused, asked, flags, warnings }: PeopleCounts): readonly string[] {
  const refusals = textsOf(refused, (reason) => REFUSAL_WORDS[reason].short);
  const flagged = textsOf(flags, (flag) => FLAG_WORDS[flag]);
  return [
    ...(refusals.length > 0 ? [`Cannot be agreed: ${refusals.join(' · ')}`] : []),
    ...(asked > 0 ? [`Asked by Mailchimp to confirm, and has not yet: ${number(asked)}`] : []),
    ...(flagged.length > 0
      ? [`In the group under a flag, and left as they are: ${flagged.join(' · ')}`]
      : []),
    ...entriesOf(warnings)
      .filter(([warning]) => warning !== 'flagged')
      .map(([warning, people]) => `${pc.yellow('!')} ${number(people)}: ${WARNING_WORDS[warning]}`),
  ];
}

const textsOf = <Name extends string>(
  counts: Readonly<Partial<Record<Name, number>>>,
  words: (name: Name) => string,
): readonly string[] => entriesOf(counts).map(([name, people]) => `${words(name)} ${number(people)}`);

/** The keys are known; entries() forgets them. */
const entriesOf = <Name extends string>(counts: Readonly<Partial<Record<Name, number>>>) =>
  Object.entries(counts) as [Name, number][];
