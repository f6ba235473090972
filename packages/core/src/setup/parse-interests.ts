import { type GroupId, groupId } from '../domain/ids.ts';

/** An interest paired with an interest group. */
export interface InterestPair {
  /** Mailchimp's id: ten hexadecimal digits. */
  readonly interestId: string;
  readonly groupId: GroupId;
}

/** What could be read, and every problem in words. */
export interface ParsedInterests {
  readonly pairs: readonly InterestPair[];
  readonly problems: readonly string[];
}

/**
 * Reads `INTERESTID=GROUPID`. Each interest has one group and each group one role (rules section 8), so neither may come twice, nor may the subscription group. Never throws: what cannot be read is
 * a problem that says what is taken.
 */
export function parseInterests(texts: readonly string[], subscriptionGroup: GroupId): ParsedInterests {
  const parsed = texts.map(parsePair);
  const pairs = parsed.flatMap((one) => (typeof one === 'string' ? [] : one));
  const problems = parsed.filter((one) => typeof one === 'string');
  return { pairs, problems: [...problems, ...findConflicts(pairs, subscriptionGroup)] };
}

function parsePair(text: string): InterestPair | string {
  const [, interestId, group] = /^([0-9a-f]{10})=([1-9]\d{0,8})$/i.exec(text.trim()) ?? [];
  return interestId === undefined || group === undefined
    ? `The interest pair "${text}" must be an interest's id at Mailchimp (ten hexadecimal digits) and a CiviCRM group's number, such as 9143cf3bd1=12.`
    : { interestId: interestId.toLowerCase(), groupId: groupId(Number(group)) };
}

function findConflicts(pairs: readonly InterestPair[], subscriptionGroup: GroupId): readonly string[] {
  const interests = repeated(pairs.map(({ interestId }) => interestId));
  const groups = repeated(pairs.map((pair) => pair.groupId));
  const isSubscriptionGroup = pairs.some((pair) => pair.groupId === subscriptionGroup);
  return [
    ...interests.map((id) => `Interest ${id} is paired with two groups. Pair it with one.`),
    ...groups.map((id) => `Group ${id} is paired with two interests. Give each interest a group of its own.`),
    ...(isSubscriptionGroup
      ? [
          `Group ${subscriptionGroup} is the subscription group, and cannot be an interest group too. Pick another for the interest.`,
        ]
      : []),
  ];
}

const repeated = <Value>(values: readonly Value[]): readonly Value[] => [
  ...new Set(values.filter((value, at) => values.indexOf(value) !== at)),
];
