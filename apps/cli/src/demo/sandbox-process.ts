import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { SECOND_MS } from '@mcsync/core/domain/instant';
import { type Announcement, announcementSchema } from './announcement.ts';
import { firstLineOf, untilEnded } from './child-process.ts';

/** Mailchimp and CiviCRM, played by a process of their own: what they take of the machine is not ours. */
export interface SandboxProcess extends Announcement {
  close(): Promise<void>;
}

const PATIENCE_MS = 5 * SECOND_MS;

/** Starts a sandbox with a charity of so many people. It ends with its standard input, so it cannot outlive us. */
export async function startSandboxProcess(options: {
  readonly people: number;
  readonly seed: number;
}): Promise<SandboxProcess> {
  const program = fileURLToPath(import.meta.resolve('@mcsync/sandbox/main'));
  const args = ['--people', String(options.people), '--seed', String(options.seed)];
  // A group of its own: Ctrl-C is for us, and what we are at still needs both systems.
  const child = spawn(process.execPath, [...process.execArgv, program, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  const line = await firstLineOf(child, 'The sandbox');
  return {
    ...announcementSchema.parse(JSON.parse(line)),
    async close() {
      child.stdin.end();
      await untilEnded(child, PATIENCE_MS);
    },
  };
}
