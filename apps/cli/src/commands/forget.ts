import { UsageError } from '@mcsync/core/errors/sync-error';
import { forgetPerson } from '@mcsync/core/setup/forget-person';
import type { Command } from 'commander';
import { toAddressKey } from '../arguments.ts';
import { counted } from '../format.ts';
import { done, type Outcome } from '../outcome.ts';
import type { Run, Session } from '../session.ts';

export function addForget(program: Command, run: Run): void {
  program
    .command('forget')
    .description('erase one person from our own records, in every connection; changes nothing on either side')
    .argument('<email>', 'an address of theirs', toAddressKey)
    .action((address: string) => run((session) => forget(session, address)));
}

async function forget(session: Session, address: string): Promise<Outcome> {
  const { store } = await session.service();
  const connections = await forgetPerson(store, address);
  if (connections.length === 0)
    throw new UsageError('NOT_FOUND', ['Our records hold nobody with this address.']);
  return done({ connections }, [
    ...connections.map(
      ({ connectionId, rows, decisions }) =>
        `Connection ${connectionId}: ${counted(rows, 'row is', 'rows are')} erased; ${counted(decisions, 'decision stays', 'decisions stay')} on record without the person.`,
    ),
    'Nothing was changed on either side: whoever is still there is a new person to the next sync.',
  ]);
}
