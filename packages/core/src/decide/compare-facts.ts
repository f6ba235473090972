import type { GroupStatus } from '../domain/facts.ts';
import type { PlannedContact, RestsOn } from '../domain/planned-facts.ts';

/**
 * Is a planned member still as it was planned? Read again just before writing; any difference sends the person to the next run (rules section 8). `none` and
 * `Deleted` are the same row that is not there.
 */
export function isAsPlanned(planned: RestsOn, fresh: RestsOn): boolean {
  return sameMember(planned.mailchimp, fresh.mailchimp) && sameContact(planned.civicrm, fresh.civicrm);
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

function sameContact(planned: PlannedContact | null, fresh: PlannedContact | null): boolean {
  if (planned === null || fresh === null) return planned === fresh;
  return (
    planned.state === fresh.state &&
    rowOf(planned.group) === rowOf(fresh.group) &&
    (planned.historyId === null || planned.historyId === fresh.historyId) &&
    planned.addresses.join() === fresh.addresses.join()
  );
}

const rowOf = (group: GroupStatus): GroupStatus => (group === 'Deleted' ? 'none' : group);
