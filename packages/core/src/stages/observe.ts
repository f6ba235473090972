import { isRelevantChange, observeMember } from '../decide/observe-member.ts';
import { addressKey } from '../domain/email.ts';
import type { MailchimpFacts, Side } from '../domain/facts.ts';
import type { ConnectionId } from '../domain/ids.ts';
import { DAY_MS, type Instant } from '../domain/instant.ts';
import type { MemberRecord } from '../domain/mailchimp-call.ts';
import type { Db } from '../store/db.ts';
import { type GivenUp, listGivenUp } from '../store/given-up.ts';
import {
  type KnownMember,
  listKnownFacts,
  type Observation,
  recordObservations,
} from '../store/observed-members.ts';

/** What a look at some members told. */
export interface Observed {
  readonly added: number;
  /** Members for whom a decision may differ. */
  readonly changed: number;
}

/** For so long what Mailchimp does may be the late outcome of an update that was given up (E28). */
const LATE_MS = 7 * DAY_MS;

/** Stores what Mailchimp says of some members; who is as we knew them is not written. The same records twice change nothing (E25). */
export async function observe(
  tx: Db,
  connection: ConnectionId,
  records: readonly MemberRecord[],
  now: Instant,
): Promise<Observed> {
  const known = await listKnownFacts(
    tx,
    connection,
    records.map(({ contactId }) => contactId),
  );
  const turned = records.filter(({ contactId, status }) => known.get(contactId)?.facts.status !== status);
  const givenUp = await listGivenUp(tx, connection, new Date(now - LATE_MS), {
    mailchimpContactIds: turned.map(({ contactId }) => contactId),
    addressKeys: turned.map(({ address }) => addressKey(address)),
  });
  const observations = records.flatMap((record) =>
    compare(known.get(record.contactId) ?? null, record, sidesFor(givenUp, record)),
  );
  await recordObservations(tx, connection, observations);
  return {
    added: observations.filter(({ novelty }) => novelty === 'new').length,
    changed: observations.filter(({ novelty }) => novelty === 'relevant').length,
  };
}

function sidesFor(givenUp: GivenUp, { contactId, address }: MemberRecord): ReadonlySet<Side> | undefined {
  return givenUp.size === 0 ? undefined : (givenUp.get(contactId) ?? givenUp.get(addressKey(address)));
}

function compare(
  known: KnownMember | null,
  record: MemberRecord,
  givenUp: ReadonlySet<Side> | undefined,
): readonly Observation[] {
  const facts = observeMember(known?.facts ?? null, record, givenUp);
  const { id, firstName, lastName } = record;
  if (known === null) return [{ facts, id, firstName, lastName, novelty: 'new' }];
  if (isRelevantChange(known.facts, facts)) return [{ facts, id, firstName, lastName, novelty: 'relevant' }];
  const isSame =
    isSameFacts(known.facts, facts) &&
    known.id === id &&
    known.firstName === firstName &&
    known.lastName === lastName;
  return isSame ? [] : [{ facts, id, firstName, lastName, novelty: 'other' }];
}

const isSameFacts = (one: MailchimpFacts, other: MailchimpFacts): boolean =>
  one.changedAt === other.changedAt &&
  one.everSubscribed === other.everSubscribed &&
  one.leftByOwnWill === other.leftByOwnWill &&
  one.statusBefore === other.statusBefore;
