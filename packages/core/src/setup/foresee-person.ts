import type { Decision } from '../domain/decision.ts';
import { isExtraPath } from '../domain/extra-data.ts';
import type { Link } from '../domain/facts.ts';
import { type Pairings, withExtraPairings } from '../domain/pairings.ts';
import type { Connection } from '../store/connections.ts';
import { listInterests } from '../store/pairings.ts';
import { listPersonRecords, type PersonQuery, type PersonRecord } from '../store/person-records.ts';
import { listRuns } from '../store/runs.ts';
import { lookAtMergeFields, lookAtPerson, type PersonNow, type PersonTraces } from './look-at-person.ts';
import { previewPerson } from './preview-person.ts';
import type { SetupContext } from './setup-context.ts';

/** Somebody as both sides say it now, and what the next sync would do for them. */
export interface ForeseenPerson {
  readonly now: PersonNow;
  /** Our rows about them; an address on hold stands on no row of ours, and CiviCRM tells whose it is. */
  readonly records: readonly PersonRecord[];
  /** What the rules want as both sides stand now, one for each link; null: one of the sides could not be asked. */
  readonly preview: readonly Decision[] | null;
  /** What people call the interests and groups that are paired, by their ids. */
  readonly names: {
    readonly interests: Readonly<Record<string, string>>;
    readonly groups: Readonly<Record<number, string>>;
  };
}

/** Asks both sides about somebody, by what our rows know of them and by what is asked for besides. Stores nothing, and writes nothing anywhere. */
export async function foreseePerson(
  setup: SetupContext,
  connection: Connection,
  known: readonly PersonRecord[],
  asked: Partial<PersonQuery> = {},
): Promise<ForeseenPerson> {
  const { db } = setup.store;
  const links = known.map(({ link }) => link);
  const fields = await lookAtMergeFields(setup, connection);
  const seen = fields.kind === 'found' ? { mergeFields: fields.found } : {};
  const paired = { ...connection, pairings: { ...withOwnPairings(connection.pairings, links), ...seen } };
  const now = await lookAtPerson(setup, paired, tracesOf(asked, links));
  const records =
    known.length > 0
      ? known
      : await listPersonRecords(db, connection.id, { addressKey: '', contactIds: foundIn(now) });
  const [latest] = await listRuns(db, connection.id, 1);
  const interests = await listInterests(db, connection.id);
  return {
    now,
    records,
    preview: previewOf(paired, records, now, latest?.utcOffsetMinutes ?? 0),
    names: {
      interests: Object.fromEntries(interests.map((pair) => [pair.interestId, pair.interestName])),
      groups: Object.fromEntries(interests.map((pair) => [pair.groupId, pair.groupTitle])),
    },
  };
}

/** With a developer's own data as our rows have it: whoever looks needs not have the module. */
function withOwnPairings(pairings: Pairings, links: readonly Link[]): Pairings {
  const profiles = links.flatMap(({ civicrm }) => civicrm?.profile ?? []);
  const paths = profiles.flatMap(({ fields }) => Object.keys(fields)).filter(isExtraPath);
  const names = profiles.flatMap(({ tags }) => Object.keys(tags));
  return withExtraPairings(pairings, {
    mergeTags: [...new Set(paths.map((path) => path.slice(path.indexOf(':') + 1)))],
    tags: [...new Set(names)],
  });
}

function tracesOf(asked: Partial<PersonQuery>, links: readonly Link[]): PersonTraces {
  return {
    addresses: [
      ...(asked.addressKey === undefined ? [] : [asked.addressKey]),
      ...links.flatMap(({ mailchimp, civicrm }) => [
        ...(mailchimp === null ? [] : [mailchimp.address.toLowerCase()]),
        ...(civicrm?.addresses ?? []),
      ]),
    ],
    contactIds: [
      ...new Set([...(asked.contactIds ?? []), ...links.flatMap(({ civicrm }) => civicrm?.contactId ?? [])]),
    ],
    mailchimpContactIds: [
      ...new Set([
        ...(asked.mailchimpContactIds ?? []),
        ...links.flatMap(({ mailchimp }) => mailchimp?.contactId ?? []),
      ]),
    ],
  };
}

const foundIn = ({ civicrm }: PersonNow) =>
  civicrm.kind === 'found' ? civicrm.found.map(({ contactId }) => contactId) : [];

function previewOf(
  { policies, pairings }: Connection,
  records: readonly PersonRecord[],
  { mailchimp, civicrm }: PersonNow,
  utcOffsetMinutes: number,
): ForeseenPerson['preview'] {
  if (mailchimp.kind !== 'found' || civicrm.kind !== 'found') return null;
  const both = { members: mailchimp.found, contacts: civicrm.found };
  return previewPerson(records, both, { policies, pairings, at: Date.now(), utcOffsetMinutes });
}
