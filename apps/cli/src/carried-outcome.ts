import type { Carried } from './carry-out.ts';
import { pairOf } from './connection-words.ts';
import { EXIT, type ExitCode, exitCodeOf, exitCodeOfRun, worstOf } from './exit-codes.ts';
import type { Outcome } from './outcome.ts';
import { describeError } from './output.ts';
import { reportJson, reportLines } from './report-lines.ts';
import type { Session } from './session.ts';

/**
 * What came of several orders. One order's JSON is its own; several come as `{runs: […]}`. Throws the one order's error, so that it is told as every error is; with several, each error stands beside the
 * others.
 */
export function carriedOutcome({ output, interruption }: Session, carried: readonly Carried[]): Outcome {
  const [only, ...others] = carried;
  if (only?.kind === 'refused' && others.length === 0) throw only.error;
  for (const one of carried)
    if (one.kind === 'refused') output.note(`Connection ${one.connection.id}: ${one.error.message}`);
  const documents = carried.map(toJson);
  const codes = carried.map(exitCodeOfCarried);
  return {
    json: others.length === 0 ? documents[0] : { runs: documents },
    lines: carried.flatMap((one, at) => [...(at > 0 ? [''] : []), ...toLines(one)]),
    exitCode: interruption.aborted ? EXIT.interrupted : worstOf(codes),
  };
}

function exitCodeOfCarried(one: Carried): ExitCode {
  switch (one.kind) {
    case 'queued':
      return EXIT.done;
    case 'rested':
      return exitCodeOfRun(one.report.run.state);
    case 'refused':
      return exitCodeOf(one.error);
  }
}

function toJson(one: Carried): unknown {
  switch (one.kind) {
    case 'queued': {
      const { id, state, mode, createdAt } = one.run;
      return { run: { id, connectionId: one.connection.id, state, mode, createdAt } };
    }
    case 'rested':
      return reportJson(one);
    case 'refused':
      return { connectionId: one.connection.id, error: describeError(one.error) };
  }
}

function toLines(one: Carried): readonly string[] {
  switch (one.kind) {
    case 'queued':
      return [
        `Run ${one.run.id} of ${pairOf(one.connection)} is queued. "mcsync status ${one.connection.id}" tells how it goes.`,
      ];
    case 'rested':
      return reportLines(one);
    case 'refused':
      return []; // told on standard error
  }
}
