import { SYNC_STATUSES } from '@mcsync/core/domain/member';
import { REFUSAL_REASONS } from '@mcsync/core/domain/refusal';
import type { PeopleKey, PeopleQuery } from '@mcsync/core/store/people-search';
import { GROUP_STATUS_WORDS, MEMBER_STATUS_WORDS } from '@mcsync/core/words/sides';
import { z } from 'zod';
import { optional } from '../connection-path.ts';

/** The keys of a record whose keys are known; keys() forgets them. */
const keysOf = <Name extends string>(record: Readonly<Record<Name, unknown>>) =>
  Object.keys(record) as [Name, ...Name[]];

/** Nobody there, on a side. */
const NOBODY = 'nobody' as const;

/** Whom a list, an export or the API asks for. */
export const PEOPLE_FILTER = z.object({
  text: optional(z.string().max(254)),
  sync: optional(z.enum(SYNC_STATUSES)),
  mailchimp: optional(z.enum([...keysOf(MEMBER_STATUS_WORDS), NOBODY])),
  civicrm: optional(z.enum([...keysOf(GROUP_STATUS_WORDS), NOBODY])),
  reason: optional(z.enum(REFUSAL_REASONS)),
});
export type PeopleFilter = z.infer<typeof PEOPLE_FILTER>;

export const toPeopleQuery = ({ text, sync, mailchimp, civicrm, reason }: PeopleFilter): PeopleQuery => ({
  ...{ text, reason },
  syncStatus: sync,
  mailchimpStatus: mailchimp,
  groupStatus: civicrm,
});

/** Where a page ended, as it stands in the address of the next: it holds an address, so it is not for the log. */
export const toCursor = ({ addressKey, id }: PeopleKey): string =>
  Buffer.from(JSON.stringify([addressKey, id])).toString('base64url');

const CURSOR = z.tuple([z.string(), z.number().int()]);

/** Null where it is none of ours: the list begins at its beginning. */
export function fromCursor(cursor: string | undefined): PeopleKey | null {
  if (cursor === undefined) return null;
  try {
    const [addressKey, id] = CURSOR.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    return { addressKey, id };
  } catch {
    return null; // typed by hand, or cut short
  }
}

/** As it stands in an address; what does not matter is left out. */
export const toSearch = (given: Readonly<Record<string, string | number | undefined>>): string =>
  new URLSearchParams(
    Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  ).toString();
