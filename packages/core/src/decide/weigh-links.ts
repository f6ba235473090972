import type { Link } from '../domain/facts.ts';
import { invariant } from '../domain/invariant.ts';
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
  const voices = links.map((link, at) => voiceOf(link, outcomes[at]));
  const weighed = new Map<Voice, Weighed>();
  const heard: Voice[] = [];
  for (const rank of [0, 1, 2]) {
    const candidates = voices.filter(({ link, pull }) => pull !== null && rankOf(link) === rank);
    const overruled = candidates.filter((one) => heard.some((other) => cancels(one, other)));
    const equals = candidates.filter((one) => !overruled.includes(one));
    const disagreeing = equals.filter((one) => equals.some((other) => cancels(one, other)));
    for (const voice of overruled.filter(isWritten))
      weighed.set(voice, { kind: 'yields', rule: voice.outcome.rule });
    for (const voice of disagreeing.filter(isWritten)) weighed.set(voice, { kind: 'disagrees' });
    heard.push(...equals);
  }
  return voices.map((voice) => weighed.get(voice) ?? voice.outcome);
}

/** A link with its say. */
interface Voice {
  readonly link: Link;
  readonly outcome: FinalOutcome;
  readonly pull: 'joins' | 'leaves' | null;
}

function voiceOf(link: Link, outcome: FinalOutcome | undefined): Voice {
  invariant(outcome !== undefined, 'every link has an outcome');
  return { link, outcome, pull: isAsked(outcome) ? 'joins' : directionOf(outcome) };
}

function rankOf({ base }: Link): number {
  if (base === null) return 2;
  return base.side === 'in' ? 0 : 1;
}

/** Whoever is in the group and asked (R6a) is on their way in: that speaks as long as the ask is open, though nothing is written for it. */
const isAsked = ({ rule }: FinalOutcome): boolean => rule === 'R6a';
const isWritten = ({ outcome }: Voice): boolean => !isAsked(outcome);

const cancels = (one: Voice, other: Voice): boolean =>
  shareSomebody(one.link, other.link) && one.pull !== other.pull;

function shareSomebody(one: Link, other: Link): boolean {
  const sameContact = one.civicrm !== null && one.civicrm.contactId === other.civicrm?.contactId;
  const sameMember =
    one.mailchimp !== null &&
    other.mailchimp !== null &&
    memberKey(one.mailchimp) === memberKey(other.mailchimp);
  return sameContact || sameMember;
}
