import type { Decision, Wanted } from '../domain/decision.ts';
import type { Link } from '../domain/facts.ts';
import { indexComponent } from './component.ts';
import { expand } from './expand.ts';
import { planMoves, withMove } from './move-address.ts';
import type { FinalOutcome, Outcome } from './outcome.ts';
import { addProfiles } from './profile.ts';
import { type Context, decideSubscription } from './subscription.ts';
import { weighLinks } from './weigh-links.ts';

/** A whole component decided, or what has to be read first. Decisions stand in the order of the links given. */
export type Reconciled =
  | { readonly kind: 'decided'; readonly decisions: readonly Decision[] }
  | { readonly kind: 'unread'; readonly wanted: ReadonlySet<Wanted> };

/**
 * What the links of one component need so that both sides agree again: the rules in one place. First each link by itself (section 2), then the links against
 * each other (1.1), then how (2.2, 2.3), then the addresses (section 6), and interests and data of those who are in (sections 4 and 5), by the addresses that they will have. Pure: same
 * facts, same decisions.
 */
export function reconcile(links: readonly Link[], context: Context): Reconciled {
  const component = indexComponent(links);
  const outcomes = links.map((link) => decideSubscription(link, component, context));
  if (!outcomes.every(isFinal)) return { kind: 'unread', wanted: wantedBy(outcomes) };
  const decisions = expand(component, weighLinks(links, outcomes), context);
  const moves = planMoves(component, decisions, context);
  const profiled = addProfiles(component, { decisions, moves }, context);
  if (profiled.kind === 'unread') return profiled;
  return {
    kind: 'decided',
    decisions: profiled.decisions.map((decision, at) => withMove(decision, moves[at] ?? null)),
  };
}

const isFinal = (outcome: Outcome): outcome is FinalOutcome => outcome.kind !== 'reread';

const wantedBy = (outcomes: readonly Outcome[]): ReadonlySet<Wanted> =>
  new Set(outcomes.flatMap((outcome) => (outcome.kind === 'reread' ? outcome.wanted : [])));
