import { isRelevantChange, observeMember } from '../decide/observe-member.ts';
import type { MailchimpFacts } from '../domain/facts.ts';
import type { ConnectionId } from '../domain/ids.ts';
import type { MemberRecord } from '../domain/mailchimp-call.ts';
import type { Db } from '../store/db.ts';
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

/** Stores what Mailchimp says of some members; who is as we knew them is not written. The same records twice change nothing (E25). */
export async function observe(
  tx: Db,
  connection: ConnectionId,
  records: readonly MemberRecord[],
): Promise<Observed> {
  const known = await listKnownFacts(
    tx,
    connection,
    records.map(({ contactId }) => contactId),
  );
  const observations = records.flatMap((record) => compare(known.get(record.contactId) ?? null, record));
  await recordObservations(tx, connection, observations);
  return {
    added: observations.filter(({ novelty }) => novelty === 'new').length,
    changed: observations.filter(({ novelty }) => novelty === 'relevant').length,
  };
}

function compare(known: KnownMember | null, record: MemberRecord): readonly Observation[] {
  const facts = observeMember(known?.facts ?? null, record);
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
