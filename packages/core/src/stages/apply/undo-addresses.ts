import type { Write } from '../../domain/decision.ts';
import type { AddressRemoval, AddressWrite, PartialWrite } from '../../gateways/civicrm/civicrm.ts';
import type { Db } from '../../store/db.ts';
import { recordContacts, recordRemovedAddresses } from '../../store/fresh-links.ts';
import { toFetchedContact } from '../fetched-contact.ts';
import type { ApplyContext } from '../stage.ts';
import type { Rechecked } from './recheck.ts';

/** What became of the addresses that an undoing takes off hold, or away. */
export interface UndoneAddresses {
  readonly failed: PartialWrite['failed'];
  /** Keeps what the contacts have now. */
  record(tx: Db): Promise<void>;
}

/** Only an undoing does this. The contacts are read back: which address is their best one now is CiviCRM's to say. */
export async function undoAddresses(
  ctx: ApplyContext,
  standing: readonly Rechecked[],
): Promise<UndoneAddresses> {
  const { civicrm, civicrmWriter, connection, signal } = ctx;
  const writes = standing.flatMap(({ decision }) => decision.writes);
  const releases = writes.flatMap(toRelease);
  const removals = writes.flatMap(toRemoval);
  if (releases.length + removals.length === 0) return { failed: [], record: () => Promise.resolve() };
  const released = await civicrmWriter.takeOffHold(releases, signal);
  const removed = await civicrmWriter.removeAddresses(removals, signal);
  const ids = [...new Set([...releases, ...removals].map(({ contactId }) => contactId))];
  const records = await civicrm.fetchContacts(connection.groupId, ids, signal);
  const failed = [...released.failed, ...removed.failed];
  const gone = removals.filter(({ contactId }) => !failed.some((one) => one.contactId === contactId));
  return {
    failed,
    async record(tx) {
      await recordContacts(
        tx,
        connection.id,
        records.map((record) => toFetchedContact(record, false)),
      );
      await recordRemovedAddresses(tx, connection.id, gone);
    },
  };
}

const toRelease = (write: Write): readonly AddressWrite[] => (write.kind === 'take-off-hold' ? [write] : []);
const toRemoval = (write: Write): readonly AddressRemoval[] =>
  write.kind === 'remove-address' ? [write] : [];
