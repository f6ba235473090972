import type { ConnectionId } from '@mcsync/core/domain/ids';
import { foreseePerson } from '@mcsync/core/setup/foresee-person';
import type { PersonNow } from '@mcsync/core/setup/look-at-person';
import { getConnection } from '@mcsync/core/store/connections';
import { getInstallation } from '@mcsync/core/store/installation';
import { listPersonRecords } from '@mcsync/core/store/person-records';
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
  const foreseen = await foreseePerson(await session.setup(), connection, known, name.query);
  const { writingStoppedAt } = await getInstallation(db);
  return explained(name, foreseen.now, { connection, writingStoppedAt, ...foreseen });
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
