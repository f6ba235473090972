import { fstatSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Sandbox } from './sandbox.ts';
import { populateCharity } from './scenario.ts';
import { startSandbox } from './start-sandbox.ts';

const USAGE = 'usage: main.js [--port N] [--people N] [--seed N] [--time-zone NAME]\n';
const PARENT_CHECK_MS = 1000;

interface Arguments {
  readonly port: number;
  /** 0: both sides stay empty. */
  readonly people: number;
  readonly seed: number;
  readonly timeZone: string;
}

/** Throws an Error that says what is wrong with the command line. */
function readArguments(argv: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      port: { type: 'string', default: '0' },
      people: { type: 'string', default: '2000' },
      seed: { type: 'string', default: '1' },
      'time-zone': { type: 'string', default: 'UTC' },
    },
  });
  return {
    port: wholeNumber('port', values.port),
    people: wholeNumber('people', values.people),
    seed: wholeNumber('seed', values.seed),
    timeZone: values['time-zone'],
  };
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`--${name} must be a whole number, not "${text}"`);
  return Number(text);
}

/** One line that tells all another process needs. */
function announce(sandbox: Sandbox, charity: object): void {
  const { url, mailchimp, civicrm } = sandbox;
  const line = {
    url,
    control: `${url}/control`,
    mailchimp: { baseUrl: mailchimp.baseUrl, apiKey: mailchimp.apiKey },
    civicrm: { url: civicrm.url, apiKey: civicrm.apiKey },
    ...charity,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
  if (process.stdout.isTTY) process.stderr.write(`\nOpen ${url} in a browser. Ctrl-C ends it.\n`);
}

/**
 * Resolves when it is time to stop: a signal, the end of standard input where that is a pipe, or the parent gone. So a sandbox is never
 * left behind, however its parent ends.
 */
function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    const parent = process.ppid;
    const watch = setInterval(() => {
      if (process.ppid !== parent) stop();
    }, PARENT_CHECK_MS);
    const stop = () => {
      clearInterval(watch);
      process.stdin.destroy();
      resolve();
    };
    process.once('SIGTERM', stop).once('SIGINT', stop);
    // A terminal or /dev/null says nothing by ending.
    if (fstatSync(0).isCharacterDevice()) return;
    process.stdin.once('end', stop).once('error', stop).resume();
  });
}

async function main(): Promise<void> {
  const { port, people, seed, timeZone } = readArguments(process.argv.slice(2));
  const stopped = untilStopped();
  const sandbox = await startSandbox({ port, seed, timeZone });
  announce(sandbox, people > 0 ? populateCharity(sandbox, { people, seed }) : {});
  await stopped;
  await sandbox.close();
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  process.exit(2);
});
