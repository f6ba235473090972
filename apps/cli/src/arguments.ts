import { addressKey } from '@mcsync/core/domain/email';
import {
  type AccountId,
  accountId,
  type ConnectionId,
  type ContactId,
  connectionId,
  contactId,
  type GroupId,
  groupId,
  type RunId,
  runId,
  type SiteId,
  siteId,
} from '@mcsync/core/domain/ids';
import { APPLY_STAGES, PLAN_STAGES, type StageName } from '@mcsync/core/domain/run';
import { InvalidArgumentError } from 'commander';

/** What PostgreSQL can hold as an id. */
const LARGEST_ID = 2 ** 31 - 1;

function toId(text: string): number {
  // R42 is how runs are shown.
  const id = /^R?([1-9]\d*)$/i.exec(text)?.[1];
  if (id === undefined || Number(id) > LARGEST_ID)
    throw new InvalidArgumentError('It must be a number from 1.');
  return Number(id);
}

export const toConnectionId = (text: string): ConnectionId => connectionId(toId(text));
export const toRunId = (text: string): RunId => runId(toId(text));
export const toSiteId = (text: string): SiteId => siteId(toId(text));
export const toAccountId = (text: string): AccountId => accountId(toId(text));
export const toGroupId = (text: string): GroupId => groupId(toId(text));

/** For options and arguments that may come several times. */
export const gather =
  <Value>(read: (text: string) => Value) =>
  (text: string, before: readonly Value[] | undefined): readonly Value[] => [...(before ?? []), read(text)];

export const asText = (text: string): string => text;

/** An address in the one way in which addresses are compared. */
export function toAddressKey(text: string): string {
  const key = addressKey(text);
  if (!/^\S+@\S+$/.test(key)) throw new InvalidArgumentError('It must be an e-mail address.');
  return key;
}

/** By what somebody is named: the words, and what to look for. */
export interface PersonName {
  readonly text: string;
  readonly query: {
    readonly addressKey?: string;
    readonly contactIds?: readonly ContactId[];
    readonly mailchimpContactIds?: readonly string[];
  };
}

/** An address, the number of a CiviCRM contact, or Mailchimp's `contact_id`. */
export function toPersonName(text: string): PersonName {
  if (/^[0-9a-f]{32}$/.test(text))
    return { text: `Mailchimp contact ${text}`, query: { mailchimpContactIds: [text] } };
  if (/^\d+$/.test(text)) return { text: `Contact ${text}`, query: { contactIds: [contactId(toId(text))] } };
  if (!text.includes('@'))
    throw new InvalidArgumentError(
      'It must be an e-mail address, the number of a CiviCRM contact, or a Mailchimp contact_id.',
    );
  const addressKey = toAddressKey(text);
  return { text: addressKey, query: { addressKey } };
}

/** A moment in the past in ISO 8601; without an offset, by this machine's clock. */
export function toPastMoment(text: string): Date {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text);
  // JavaScript takes a day alone for one in UTC, and a day with a time for one here.
  const at = new Date(isDay ? `${text}T00:00` : text);
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(at.getTime()))
    throw new InvalidArgumentError('It must be a moment such as 2026-11-20 or 2026-11-20T15:30.');
  if (at.getTime() > Date.now()) throw new InvalidArgumentError('It must be in the past.');
  return at;
}

export function toSeconds(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text) || Number(text) <= 0)
    throw new InvalidArgumentError('It must be a number of seconds.');
  return Number(text);
}

export const STAGES: readonly StageName[] = [...PLAN_STAGES, ...APPLY_STAGES];

export function toStage(text: string): StageName {
  const stage = STAGES.find((known) => known === text);
  if (stage === undefined) throw new InvalidArgumentError(`It must be one of ${STAGES.join(', ')}.`);
  return stage;
}
