import type { CivicrmValue } from './profile.ts';

/** A developer's own data of one contact: values by merge tag, and whether they have each tag by its name. */
export interface ExtraData {
  readonly fields: Readonly<Record<string, CivicrmValue>>;
  readonly tags: Readonly<Record<string, boolean>>;
}

/** Whom own data is wanted of. */
export interface ExtraDataRequest {
  /** CiviCRM's ids of at most 1,000 contacts. */
  readonly contactIds: readonly number[];
  /** Our id of the connection, as `mcsync connection list` shows it. */
  readonly connectionId: number;
  /** Everything before /civicrm/ajax/api4. */
  readonly siteUrl: string;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** Own data of one contact, as a module gives it. What is left out is unset; a tag that is not named is taken off. */
export interface OwnData {
  readonly fields?: Readonly<Record<string, string | number | boolean | null>>;
  readonly tags?: readonly string[];
}

/** What a module for own data exports (docs/guide/own-data.md). It is asked in a stage of its own, and its failure fails the run before anything is written. */
export interface ExtraDataModule {
  /** The merge tags that it gives values for, and no others. */
  readonly mergeTags?: readonly string[];
  /** The tags that it puts on people and takes off them, and no others. */
  readonly tags?: readonly string[];
  /** By contact id; whoever is missing has nothing. */
  fetchExtraData(request: ExtraDataRequest): Promise<ReadonlyMap<number, OwnData>>;
}

/** Under which path a developer's own value stands among the contact's fields. */
export const extraPath = (mergeTag: string): string => `extra:${mergeTag}`;

export const isExtraPath = (path: string): boolean => path.startsWith(extraPath(''));
