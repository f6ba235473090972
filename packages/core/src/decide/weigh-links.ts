import type { Link } from '../domain/facts.ts';
import { memberKey } from './component.ts';
import { directionOf, type FinalOutcome } from './outcome.ts';

/** An outcome after the links of one person have been weighed against each other. */
export type Weighed =
  | FinalOutcome
  | { readonly kind: 'yields'; readonly rule: FinalOutcome['rule'] }
  | { readonly kind: 'disagrees' };

/**
 * 1.1: where links of one contact, or of one member, get outcomes that cancel each other, a link with a base speaks before one without, and base `in` before
 * base `out`; the other yields. Between equals nothing is written: both disagree, and whoever ranks below them yields to that. Same order as `links`.
 */
export function weighLinks(links: readonly Link[], outcomes: readonly FinalOutcome[]): readonly Weighed[] {
  if (links.length === 1) return outcomes; // most people: nobody to cancel
  const weighed: Weighed[] = [...outcomes];
  const spoken: number[] = [];
  const isWritten = (at: number): boolean => !isAsked(outcomes[at]);
  for (const rank of [0, 1, 2]) {
    const candidates = links.flatMap((link, at) =>
      rankOf(link) === rank && movesSomebody(outcomes[at]) ? [at] : [],
    );
    const overruled = candidates.filter((at) => spoken.some((other) => cancels(links, outcomes, at, other)));
    for (const at of overruled.filter(isWritten))
      weighed[at] = { kind: 'yields', rule: outcomes[at]?.rule ?? 'unlisted' };
    const heard = candidates.filter((at) => !overruled.includes(at));
    for (const at of heard.filter(isWritten)) {
      if (heard.some((other) => cancels(links, outcomes, at, other))) weighed[at] = { kind: 'disagrees' };
    }
    spoken.push(...heard);
  }
  return weighed;
}

function rankOf({ base }: Link): number {
  if (base === null) return 2;
  return base.side === 'in' ? 0 : 1;
}

/** Whoever is in the group and asked (R6a) is on their way in: that speaks as long as the ask is open, though nothing is written for it. */
const isAsked = (outcome: FinalOutcome | undefined): boolean => outcome?.rule === 'R6a';

const pullOf = (outcome: FinalOutcome): 'joins' | 'leaves' | null =>
  isAsked(outcome) ? 'joins' : directionOf(outcome);

const movesSomebody = (outcome: FinalOutcome | undefined): boolean =>
  outcome !== undefined && pullOf(outcome) !== null;

function cancels(
  links: readonly Link[],
  outcomes: readonly FinalOutcome[],
  one: number,
  other: number,
): boolean {
  const [oneLink, otherLink] = [links[one], links[other]];
  const [oneOutcome, otherOutcome] = [outcomes[one], outcomes[other]];
  if (
    oneLink === undefined ||
    otherLink === undefined ||
    oneOutcome === undefined ||
    otherOutcome === undefined
  ) {
    return false;
  }
  return shareSomebody(oneLink, otherLink) && pullOf(oneOutcome) !== pullOf(otherOutcome);
}

function shareSomebody(one: Link, other: Link): boolean {
  const sameContact = one.civicrm !== null && one.civicrm.contactId === other.civicrm?.contactId;
  const sameMember =
    one.mailchimp !== null &&
    other.mailchimp !== null &&
    memberKey(one.mailchimp) === memberKey(other.mailchimp);
  return sameContact || sameMember;
}
