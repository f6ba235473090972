import { SyncError } from '@mcsync/core/errors/sync-error';
import { examine } from '@mcsync/core/setup/examine';
import type { Finding } from '@mcsync/core/setup/finding';
import type { Command } from 'commander';
import pc from 'picocolors';
import { EXIT } from '../exit-codes.ts';
import { columns } from '../format.ts';
import type { Outcome } from '../outcome.ts';
import { describeError } from '../output.ts';
import type { Run, Session } from '../session.ts';

export function addDoctor(program: Command, run: Run): void {
  program
    .command('doctor')
    .description('check everything that can be checked; fails where something does not work')
    .action(() => run(doctor));
}

const MARKS: Readonly<Record<Finding['level'], string>> = {
  fine: pc.green('✓'),
  warning: pc.yellow('!'),
  problem: pc.red('✗'),
};

async function doctor(session: Session): Promise<Outcome> {
  const findings = await lookEverywhere(session);
  const problems = findings.filter(({ level }) => level === 'problem').length;
  const verdict =
    problems === 0 ? 'Everything that could be checked works.' : `What does not work: ${problems}.`;
  return {
    json: { ok: problems === 0, findings },
    lines: [
      ...columns(findings.map(({ level, subject, message }) => [MARKS[level], subject, message])),
      '',
      verdict,
    ],
    exitCode: problems === 0 ? EXIT.done : EXIT.failed,
  };
}

/** What keeps us from opening store and queue is a finding like others. */
async function lookEverywhere(session: Session): Promise<readonly Finding[]> {
  try {
    const { queueStore, queues } = await session.service();
    const setup = await session.setup();
    return await examine({ ...setup, queueStore, queues, settings: session.settings(), now: Date.now() });
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    return describeError(error).problems.map((message) => ({
      subject: 'installation',
      level: 'problem',
      message,
    }));
  }
}
