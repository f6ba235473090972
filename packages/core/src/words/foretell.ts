import type { Decision, Warning } from '../domain/decision.ts';
import { FIELD_NOTE_WORDS } from './field-notes.ts';
import { REFUSAL_WORDS } from './refusals.ts';
import { RULE_WORDS } from './rules.ts';
import { WAIT_WORDS } from './waits.ts';
import { WARNING_WORDS } from './warnings.ts';
import { namedWriteWords, type PairNames } from './writes.ts';

/** What somebody's way ahead is told from. */
export interface Ahead {
  /** A change of ours for them is at Mailchimp, or about to be. */
  readonly isUnderWay: boolean;
  /** What the rules want of each link of theirs as both sides stand now; null: one of the sides could not be asked. */
  readonly preview: readonly Decision[] | null;
  readonly names: PairNames;
}

/** What happens to somebody next, in sentences. Never empty. */
export function aheadWords({ isUnderWay, preview, names }: Ahead): readonly string[] {
  if (isUnderWay) return [UNDER_WAY];
  return preview === null ? [UNKNOWN] : foretell(preview, names);
}

const UNDER_WAY =
  'A change for them is under way at Mailchimp; when its outcome is known, they are looked at again.';
const UNKNOWN = 'What the next sync will do cannot be told before both sides can be asked.';

/** What the next sync would do for somebody, given what the rules want of each link of theirs; in sentences, without repeats. Never empty. */
function foretell(decisions: readonly Decision[], names: PairNames): readonly string[] {
  const words = [...new Set(decisions.flatMap((decision) => decisionWords(decision, names)))];
  return words.length > 0 ? words : ['Nothing: neither side has anybody to keep the same.'];
}

function decisionWords(decision: Decision, names: PairNames): readonly string[] {
  const { rule, as } = decision;
  const why = `${as === undefined ? rule : `${rule} → ${as}`}: ${RULE_WORDS[rule]}`;
  switch (decision.kind) {
    case 'agreed':
      return [`Nothing while both sides stay as they are (${why})`, ...leftWords(decision)];
    case 'wait':
      return [`Nothing yet: ${WAIT_WORDS[decision.why]}`, ...leftWords(decision)];
    case 'refuse':
      return [`${REFUSAL_WORDS[decision.reason].what} ${REFUSAL_WORDS[decision.reason].remedy}`];
    case 'change': {
      const writes = decision.writes.map((write) => namedWriteWords(write, names)).join(', then ');
      return [`The next sync plans to ${writes} (${why})`, ...leftWords(decision)];
    }
    case 'follow':
      return [];
  }
}

/** Why something differs and stays so. Other warnings are about the person, and stand with them. */
const LEFT: readonly Warning[] = ['interest-undated', 'interest-unconfirmed', 'put-back'];

/** What of interests and fields is left as it is, though it differs. */
const leftWords = ({ warnings = [], notes = [] }: Decision): readonly string[] => [
  ...LEFT.filter((warning) => warnings.includes(warning)).map((warning) => WARNING_WORDS[warning]),
  ...notes.map(({ mergeTag, why }) => `Field ${mergeTag} is left as it is: it ${FIELD_NOTE_WORDS[why]}.`),
];
