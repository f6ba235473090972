import type { Secrets } from '../store/secrets.ts';
import type { Store } from '../store/store.ts';

/** What setting up works with. Both systems are only read; our own database is written once everything is known to be right. */
export interface SetupContext {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly signal: AbortSignal;
}
