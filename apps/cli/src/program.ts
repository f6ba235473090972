import { Command } from 'commander';
import { addAbort } from './commands/abort.ts';
import { addAccountCommands } from './commands/account.ts';
import { addApprove } from './commands/approve.ts';
import { addConnectionCommands } from './commands/connection.ts';
import { addDoctor } from './commands/doctor.ts';
import { addExplain } from './commands/explain.ts';
import { addForget } from './commands/forget.ts';
import { addPlan } from './commands/plan.ts';
import { addReject } from './commands/reject.ts';
import { addSiteCommands } from './commands/site.ts';
import { addStart } from './commands/start.ts';
import { addStatus } from './commands/status.ts';
import { addStop } from './commands/stop.ts';
import { addSync } from './commands/sync.ts';
import { addSyncPerson } from './commands/sync-person.ts';
import { addUndo } from './commands/undo.ts';
import type { Streams } from './output.ts';
import type { Run } from './session.ts';

/** In the order in which help lists them: setting up, syncing, looking, deciding, the rest. */
const COMMANDS = [
  addSiteCommands,
  addAccountCommands,
  addConnectionCommands,
  addPlan,
  addSync,
  addSyncPerson,
  addStatus,
  addExplain,
  addApprove,
  addReject,
  addUndo,
  addAbort,
  addStop,
  addStart,
  addForget,
  addDoctor,
];

const EXIT_CODES = `
Exit codes: 0 done · 1 failed · 2 wrong usage · 3 waiting for approval · 4 another run holds the connection.
Settings come from the environment: DATABASE_URL, QUEUE_URL, APP_SECRET and so on; without them an embedded database
under .data is used.`;

/** The command line. Throws commander's errors, in silence, instead of ending the process. */
export function createProgram(version: string, { stdout, stderr }: Streams, run: Run): Command {
  const program = new Command('mcsync')
    .description('Keeps CiviCRM groups and Mailchimp audiences the same, both ways.')
    .version(version, '--version', 'tell the version')
    .option('--json', 'one JSON document on standard output, and nothing else there')
    .helpOption('--help', 'tell how a command is used')
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', EXIT_CODES)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
      outputError: () => undefined,
    });
  for (const add of COMMANDS) add(program, run);
  return program;
}
