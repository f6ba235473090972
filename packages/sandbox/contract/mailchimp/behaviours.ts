import type { Behaviour } from './behaviour.ts';
import { ACCESS } from './behaviours/access.ts';

/** Everything that is checked of mailchimp-api.md besides the table of 4.2 and the faults, in its order. */
export const BEHAVIOURS: readonly Behaviour[] = [...ACCESS];
