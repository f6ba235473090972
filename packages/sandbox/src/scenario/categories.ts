import { AGREED_PEOPLE } from './agreed-people.ts';
import type { Category } from './category.ts';
import { JOINING_PEOPLE } from './joining-people.ts';
import { LEAVING_PEOPLE } from './leaving-people.ts';
import { STUCK_PEOPLE } from './stuck-people.ts';

/**
 * Who there is, and how many of them. About 92 of 100 agree, so that a first sync writes for a few of a hundred only. The rules that
 * decide each are named behind it.
 */
export const CATEGORIES: readonly Category[] = [
  ...AGREED_PEOPLE,
  ...JOINING_PEOPLE,
  ...LEAVING_PEOPLE,
  ...STUCK_PEOPLE,
];
