import { EXIT, type ExitCode } from './exit-codes.ts';

/** What a command has to say: to people in lines, to programs as one JSON document, to shells in an exit code. */
export interface Outcome {
  /** Without colours and cut words; anything that JSON can hold. */
  readonly json: unknown;
  readonly lines: readonly string[];
  readonly exitCode: ExitCode;
}

export const done = (json: unknown, lines: readonly string[]): Outcome => ({
  json,
  lines,
  exitCode: EXIT.done,
});
