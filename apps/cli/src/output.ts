import type { Writable } from 'node:stream';
import { InvariantError } from '@mcsync/core/domain/invariant';
import { SyncError, UsageError } from '@mcsync/core/errors/sync-error';
import pc from 'picocolors';
import type { Outcome } from './outcome.ts';
import { createRunDisplay, type DisplayKind, type RunDisplay } from './run-display.ts';

/** Who reads standard output. */
export type Audience = 'people' | 'json';

/** Where a command's words go. */
export interface Output {
  readonly audience: Audience;
  /** The one result of the command. */
  tell(outcome: Outcome): void;
  /** Something to know that is not the result: on standard error, whoever reads. */
  note(text: string): void;
  /** Shows runs while they are waited for, on standard error; with `--json` not at all. */
  watch(): RunDisplay;
  /** What went wrong: on standard error, and with `--json` as the one document of standard output too. */
  fail(error: unknown): void;
}

export interface Streams {
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** With `--json` exactly one document goes to standard output and nothing else. */
export function createOutput(audience: Audience, { stdout, stderr }: Streams): Output {
  const print = (document: unknown) => void stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  return {
    audience,
    tell({ json, lines }) {
      if (audience === 'json') print(json);
      else stdout.write(lines.map((line) => `${line}\n`).join(''));
    },
    watch: () => createRunDisplay(displayKindFor(audience, stderr), stderr),
    note: (text) => void stderr.write(`${text}\n`),
    fail(error) {
      const told = describeError(error);
      for (const problem of told.problems) stderr.write(`${pc.red('✗')} ${problem}\n`);
      if (audience === 'json') print({ error: told });
    },
  };
}

function displayKindFor(audience: Audience, stream: Writable): DisplayKind {
  if (audience === 'json') return 'none';
  return 'isTTY' in stream && stream.isTTY === true ? 'live' : 'plain';
}

/** An error as it is told: a stable code, and each problem in a sentence. */
export interface ToldError {
  readonly code: string;
  readonly message: string;
  readonly problems: readonly string[];
}

/** Our own errors are written to be shown; of anybody else's only developers can make sense. */
export function describeError(error: unknown): ToldError {
  if (error instanceof UsageError) {
    const { code, message, problems } = error;
    return { code, message, problems };
  }
  if (error instanceof SyncError || error instanceof InvariantError)
    return { code: error.code, message: error.message, problems: [error.message] };
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'UNEXPECTED', message, problems: [stackOf(error)] };
}

const stackOf = (error: unknown): string =>
  `An error of ours. ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
