import type { MemberRecord } from '@mcsync/core/domain/mailchimp-call';
import type { ContactNow, PersonNow } from '@mcsync/core/setup/look-at-person';
import pc from 'picocolors';
import { columns, moment } from './format.ts';
import { withMoments } from './moments.ts';

/** What both sides say of somebody at this moment, as people read it. */
export function nowLines({ mailchimp, civicrm }: PersonNow): readonly string[] {
  const members =
    mailchimp.kind === 'found'
      ? orNobody(mailchimp.found.map(memberWords), 'nobody with one of these addresses')
      : ['could not be asked: ', ...mailchimp.obstacles.map(({ message }) => message)];
  const contacts =
    civicrm.kind === 'found'
      ? orNobody(civicrm.found.map(contactWords), 'no contact with one of these addresses')
      : ['could not be asked: ', ...civicrm.obstacles.map(({ message }) => message)];
  return columns([
    ...members.map((words, at) => [at === 0 ? pc.bold('Mailchimp now') : '', words]),
    ...contacts.map((words, at) => [at === 0 ? pc.bold('CiviCRM now') : '', words]),
  ]);
}

const orNobody = (words: readonly string[], nobody: string): readonly string[] =>
  words.length === 0 ? [nobody] : words;

function memberWords({ address, status, changedAt, optedInAt, unsubscribeReason }: MemberRecord): string {
  return [
    `${address} is ${status}`,
    ...(changedAt === null ? [] : [`changed ${moment(changedAt)}`]),
    ...(optedInAt === null ? [] : [`opted in ${moment(optedInAt)}`]),
    ...(unsubscribeReason === '' ? [] : [`gave as reason "${unsubscribeReason}"`]),
  ].join(', ');
}

function contactWords({ contactId, state, group, addresses, history }: ContactNow): string {
  const newest = history.at(-1);
  const held = addresses.map(({ address, isOnHold }) => (isOnHold ? `${address} (on hold)` : address));
  return [
    `contact ${contactId}${state === 'trashed' ? ', in the trash,' : ''} is ${group === 'none' ? 'not in the group' : `${group} in the group`}`,
    ...(newest === undefined
      ? []
      : [`newest entry ${newest.status} ${moment(newest.at)} by ${newest.method ?? 'nobody knows what'}`]),
    held.length === 0 ? 'no address' : `addresses ${held.join(', ')}`,
  ].join('; ');
}

/** The same for programs; null: that side could not be asked. */
export function nowJson({ mailchimp, civicrm }: PersonNow) {
  return {
    mailchimp: mailchimp.kind === 'found' ? mailchimp.found.map((member) => withMoments(member)) : null,
    civicrm:
      civicrm.kind === 'found'
        ? civicrm.found.map(({ history, interestHistory: _, ...contact }) => ({
            ...withMoments(contact),
            history: history.map(({ at, ...row }) => ({ ...row, at: new Date(at).toISOString() })),
          }))
        : null,
    problems: [mailchimp, civicrm].flatMap((side) =>
      side.kind === 'obstructed' ? side.obstacles.map(({ message }) => message) : [],
    ),
  };
}
