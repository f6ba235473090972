import type { ConnectionId } from '@mcsync/core/domain/ids';
import { lookAtPerson, type PersonNow } from '@mcsync/core/setup/look-at-person';
import { previewPerson } from '@mcsync/core/setup/preview-person';
import { type Connection, getConnection } from '@mcsync/core/store/connections';
import { getInstallation } from '@mcsync/core/store/installation';
import { listPersonRecords, type PersonRecord } from '@mcsync/core/store/person-records';
import { listRuns } from '@mcsync/core/store/runs';
import type { Command } from 'commander';
import pc from 'picocolors';
import { absenceWords } from '../absence-words.ts';
import { type PersonName, toConnectionId, toPersonName } from '../arguments.ts';
import { connectionJson, pairOf } from '../connection-words.ts';
import { indented } from '../format.ts';
import { type Ahead, nextJson, nextWords } from '../next-lines.ts';
import { nowJson, nowLines } from '../now-lines.ts';
import { done, type Outcome } from '../outcome.ts';
import { personJson, personLines } from '../person-lines.ts';
import type { Run, Session } from '../session.ts';

export function addExplain(program: Command, run: Run): void {
  program
    .command('explain')
    .description(
      'tell what both sides say of one person now, what was agreed and decided and why, and what happens next; shows personal data',
    )
    .argument('<id>', 'id of the connection', toConnectionId)
    .argument(
      '<email>',
      'an address of theirs; or the number of their CiviCRM contact, or Mailchimp’s contact_id',
      toPersonName,
    )
    .action((id: ConnectionId, name: PersonName) => run((session) => explain(session, id, name)));
}

async function explain(session: Session, id: ConnectionId, name: PersonName): Promise<Outcome> {
  const { store } = await session.service();
  const { db } = store;
  const connection = await getConnection(db, id);
  const known = await listPersonRecords(db, id, { addressKey: '', contactIds: [], ...name.query });
  const now = await lookAtPerson(await session.setup(), connection, tracesOf(name, known));
  // An address on hold stands on no row of ours: CiviCRM tells whose it is.
  const records =
    known.length > 0 ? known : await listPersonRecords(db, id, { addressKey: '', contactIds: foundIn(now) });
  const { writingStoppedAt } = await getInstallation(db);
  const [latest] = await listRuns(db, id, 1);
  const offset = latest?.utcOffsetMinutes ?? 0;
  const ahead = {
    connection,
    writingStoppedAt,
    records,
    preview: previewOf(connection, records, now, offset),
  };
  return explained(name, now, ahead);
}

function tracesOf({ query }: PersonName, known: readonly PersonRecord[]) {
  const links = known.map(({ link }) => link);
  return {
    addresses: [
      ...(query.addressKey === undefined ? [] : [query.addressKey]),
      ...links.flatMap(({ mailchimp, civicrm }) => [
        ...(mailchimp === null ? [] : [mailchimp.address.toLowerCase()]),
        ...(civicrm?.addresses ?? []),
      ]),
    ],
    contactIds: [
      ...new Set([...(query.contactIds ?? []), ...links.flatMap(({ civicrm }) => civicrm?.contactId ?? [])]),
    ],
    mailchimpContactIds: [
      ...new Set([
        ...(query.mailchimpContactIds ?? []),
        ...links.flatMap(({ mailchimp }) => mailchimp?.contactId ?? []),
      ]),
    ],
  };
}

const foundIn = ({ civicrm }: PersonNow) =>
  civicrm.kind === 'found' ? civicrm.found.map(({ contactId }) => contactId) : [];

function previewOf(
  { policies }: Connection,
  records: readonly PersonRecord[],
  { mailchimp, civicrm }: PersonNow,
  utcOffsetMinutes: number,
): Ahead['preview'] {
  if (mailchimp.kind !== 'found' || civicrm.kind !== 'found') return null;
  const links = records.map(({ link }) => link);
  const both = { members: mailchimp.found, contacts: civicrm.found };
  return previewPerson(links, both, { policies, at: Date.now(), utcOffsetMinutes });
}

function explained(name: PersonName, now: PersonNow, ahead: Ahead): Outcome {
  const { connection, records } = ahead;
  const absence = records.length === 0 ? absenceWords(connection, now) : null;
  const json = {
    connection: connectionJson(connection),
    address: name.query.addressKey ?? null,
    now: nowJson(now),
    rows: records.map(personJson),
    explanation: absence,
    next: nextJson(ahead),
  };
  return done(json, [
    `${name.text} in ${pairOf(connection)} (connection ${connection.id})`,
    ...(absence === null ? [] : ['', absence]),
    '',
    ...indented(nowLines(now)),
    ...records.flatMap((record) => ['', ...personLines(record)]),
    '',
    ...indented([pc.bold('What happens next'), ...indented(nextWords(ahead))]),
  ]);
}
