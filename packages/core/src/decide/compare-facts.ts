import type { Write } from '../domain/decision.ts';
import { addressKey } from '../domain/email.ts';
import type { GroupStatus } from '../domain/facts.ts';
import type { PlannedContact, RestsOn } from '../domain/planned-facts.ts';

/**
 * Is a planned member still as it was planned, or as the decision's own writes to this contact have made it? A worker that dies between a write and its record leaves that to the next one,
 * which goes on from there. Read again just before writing; any other difference sends the person to the next run (rules section 8). `none` and `Deleted` are the same row that is not there.
 */
export function isAsPlanned(planned: RestsOn, fresh: RestsOn, writes: readonly Write[]): boolean {
  return (
    sameMember(planned.mailchimp, fresh.mailchimp) && sameContact(planned.civicrm, fresh.civicrm, writes)
  );
}

function sameMember(planned: RestsOn['mailchimp'], fresh: RestsOn['mailchimp']): boolean {
  if (planned === null || fresh === null) return planned === fresh;
  return (
    planned.status === fresh.status &&
    planned.optedInAt === fresh.optedInAt &&
    // Plans of before said nothing of it.
    (planned.address === undefined || planned.address === fresh.address)
  );
}

function sameContact(
  planned: PlannedContact | null,
  fresh: PlannedContact | null,
  writes: readonly Write[],
): boolean {
  if (planned === null || fresh === null) return planned === fresh;
  const isInGroupAsWritten = writes.some(
    ({ kind }) =>
      (kind === 'add-to-group' && fresh.group === 'Added') ||
      (kind === 'remove-from-group' && fresh.group === 'Removed'),
  );
  return (
    planned.state === fresh.state &&
    (rowOf(planned.group) === rowOf(fresh.group) || isInGroupAsWritten) &&
    (planned.historyId === null || planned.historyId === fresh.historyId) &&
    (planned.addresses.join() === fresh.addresses.join() || haveOwnAddresses(planned, fresh, writes))
  );
}

/** Nothing but the addresses that the decision itself writes has come or gone. Which of the others is the best one may change with them. */
function haveOwnAddresses(planned: PlannedContact, fresh: PlannedContact, writes: readonly Write[]): boolean {
  const written = new Set(writes.flatMap(addressWritten));
  const others = ({ addresses }: PlannedContact) =>
    addresses.filter((address) => !written.has(address)).toSorted();
  return written.size > 0 && others(planned).join() === others(fresh).join();
}

function addressWritten(write: Write): readonly string[] {
  switch (write.kind) {
    case 'put-on-hold':
    case 'take-off-hold':
    case 'add-address':
    case 'remove-address':
      return [addressKey(write.address)];
    default:
      return [];
  }
}

const rowOf = (group: GroupStatus): GroupStatus => (group === 'Deleted' ? 'none' : group);
