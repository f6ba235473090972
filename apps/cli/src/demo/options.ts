import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';

/** How somebody wants the demo. */
export interface DemoOptions {
  readonly people: number;
  readonly seed: number;
  /** One full sync and a further one, and an end. */
  readonly once: boolean;
  /** Whether the demo approves what waits for approval. */
  readonly approve: boolean;
  /** Seconds between two acts. */
  readonly every: number;
  readonly dataDir: string;
}

const MOST_PEOPLE = 200_000;
/** Beside the data of a real installation, never in it. */
const DATA_DIR = fileURLToPath(new URL('../../../../.data/demo', import.meta.url));

/** Reads the demo's own arguments. Throws commander's errors. */
export function readOptions(args: readonly string[]): DemoOptions {
  const command = new Command('npm run demo --')
    .description(
      'A sandbox charity with its people in Mailchimp and CiviCRM, kept the same. Everything on embedded defaults.',
    )
    .option('--people <n>', 'how many people', between(1, MOST_PEOPLE), 2000)
    .option('--seed <n>', 'another number makes up other people', between(0, 2 ** 31 - 1), 1)
    .option(
      '--once',
      'one first sync and a further one; then end, and fail where the two sides differ',
      false,
    )
    .option('--no-approve', 'leave it to you to approve what waits for approval')
    .option('--every <seconds>', 'how often something happens on either side', between(1, 3600), 5)
    .option('--data-dir <dir>', 'where the demo keeps its database', (dir) => resolve(dir), DATA_DIR)
    .helpOption('--help', 'tell this')
    .exitOverride();
  return command.parse([...args], { from: 'user' }).opts<DemoOptions>();
}

const between =
  (least: number, most: number) =>
  (text: string): number => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most))
      throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
    return value;
  };
