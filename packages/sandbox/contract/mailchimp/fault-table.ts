import type { Behaviour } from './behaviour.ts';
export const FAULTS: readonly Behaviour[] = [];
