import type { RuleId, Wait, Wanted, Warning } from '../domain/decision.ts';
import type { Side } from '../domain/facts.ts';
import type { RefusalReason } from '../domain/refusal.ts';

/**
 * What the rules want for one link by itself, before the links of one person are weighed against each other (1.1) and before 2.2 and 2.3 say how. `by` of an
 * outcome that changes something: `joins` brings somebody in, `leaves` takes somebody out.
 */
export type Outcome = {
  readonly rule: RuleId;
  readonly as?: RuleId;
  readonly warnings?: readonly Warning[];
} & (
  | { readonly kind: 'agreed'; readonly side: Side; readonly byTrash?: true }
  | { readonly kind: 'wait'; readonly why: Wait['why'] }
  | { readonly kind: 'refuse'; readonly reason: RefusalReason }
  | { readonly kind: 'reread'; readonly wanted: Wanted }
  | { readonly kind: 'subscribe' }
  | { readonly kind: 'join-group' }
  | { readonly kind: 'leave-group' }
  | { readonly kind: 'remove-member'; readonly removalMethod: string | null; readonly byTrash?: true }
  | { readonly kind: 'withdraw-ask' }
);

/** An outcome for which everything was read. */
export type FinalOutcome = Exclude<Outcome, { kind: 'reread' }>;

/** Which way an outcome moves somebody; null where it moves nobody. */
export function directionOf(outcome: Outcome): 'joins' | 'leaves' | null {
  switch (outcome.kind) {
    case 'subscribe':
    case 'join-group':
      return 'joins';
    case 'leave-group':
    case 'remove-member':
      return 'leaves';
    default:
      return null;
  }
}
