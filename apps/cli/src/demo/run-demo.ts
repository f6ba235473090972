import { relative } from 'node:path';
import pc from 'picocolors';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { number } from '../format.ts';
import { startOwnWorkers } from '../workers.ts';
import { balanceLines } from './balance-lines.ts';
import { connectCharity } from './connect-charity.ts';
import { type DashboardProcess, startDashboardProcess } from './dashboard-process.ts';
import type { DemoContext } from './demo-context.ts';
import { commandFor, firstSync } from './first-sync.ts';
import { furtherLines, furtherSync } from './further-sync.ts';
import { openInstallation } from './installation.ts';
import { keepSyncing } from './keep-syncing.ts';
import type { DemoOptions } from './options.ts';
import { startSandboxProcess } from './sandbox-process.ts';
import type { Screen } from './screen.ts';
import { countUnexplained, takeBalance } from './take-balance.ts';

export interface DemoSurroundings {
  readonly options: DemoOptions;
  readonly screen: Screen;
  readonly interruption: AbortSignal;
  readonly logLevel: string | undefined;
}

/** What was opened, to be closed in the opposite order. */
type Closers = (() => Promise<void>)[];

/** The whole demo. Everything it started has ended when it does. */
export async function runDemo(surroundings: DemoSurroundings): Promise<ExitCode> {
  const closers: Closers = [];
  try {
    const ctx = await prepare(surroundings, closers);
    const first = await firstSync(ctx);
    if (ctx.interruption.aborted) return EXIT.interrupted;
    if (first.run.state === 'failed') return EXIT.failed;
    if (first.run.state === 'held') return EXIT.waiting;
    return ctx.options.once ? await proveIt(ctx) : await liveOn(ctx, closers);
  } finally {
    for (const close of closers.toReversed()) await close();
  }
}

async function prepare(
  { options, screen, interruption, logLevel }: DemoSurroundings,
  closers: Closers,
): Promise<DemoContext> {
  screen.say(
    pc.bold('mcsync demo'),
    `A charity with ${number(options.people)} people in Mailchimp and CiviCRM, made up, on this machine. Its two lists have drifted apart.`,
    '',
  );
  const { settings, service } = await screen.step(
    'Embedded PostgreSQL',
    () => openInstallation(options.dataDir, logLevel),
    () => `data and queue, under ${relative(process.cwd(), options.dataDir)}`,
  );
  closers.push(() => service.close());
  const sandbox = await screen.step(
    'Mailchimp and CiviCRM',
    () => startSandboxProcess(options),
    ({ control }) => `a sandbox at ${new URL(control).origin}`,
  );
  closers.push(() => sandbox.close());
  const setup = { store: service.store, secrets: service.secrets, signal: interruption };
  const { id } = await screen.step(
    'Account, site, connection',
    () => connectCharity(setup, sandbox),
    ({ audience, group }) =>
      `${audience.name} (${number(audience.subscribed)} subscribed) ⇄ ${group.title} (${number(group.added)} in the group)`,
  );
  const workers = await startOwnWorkers(service, settings);
  closers.push(() => workers.stop());
  return { options, screen, service, sandbox, connection: id, interruption };
}

/** `--once`: a further sync finds nothing to do, and nobody differs without a reason on record. */
async function proveIt(ctx: DemoContext): Promise<ExitCode> {
  const { screen, service, connection, sandbox } = ctx;
  screen.head('A further sync, with nothing changed in between');
  const further = await furtherSync(ctx);
  screen.say(...furtherLines(further), '');
  const balance = await takeBalance(service.store.db, connection, sandbox);
  screen.say(...balanceLines(balance), '');
  const isQuiet = further.changes === 0 && further.writes === 0 && further.report.run.state === 'done';
  const isWell = isQuiet && countUnexplained(balance) === 0;
  screen.say(
    isWell
      ? pc.green('Both sides are the same.')
      : pc.red('The two sides are not the same as they should be.'),
  );
  return isWell ? EXIT.done : EXIT.failed;
}

async function liveOn(ctx: DemoContext, closers: Closers): Promise<ExitCode> {
  const { screen, service, connection, sandbox } = ctx;
  screen.say('', ...balanceLines(await takeBalance(service.store.db, connection, sandbox)));
  const dashboard = await startDashboardProcess(ctx.options.dataDir);
  if (dashboard !== null) closers.push(() => dashboard.close());
  screen.head('Look around');
  screen.say(...invitations(dashboard, ctx.options));
  screen.head('People keep changing on both sides, and syncs keep up');
  screen.say(pc.dim('  Ctrl-C ends the demo.'), '');
  await keepSyncing(ctx);
  screen.say('', 'Stopping…');
  return EXIT.done;
}

function invitations(dashboard: DashboardProcess | null, options: DemoOptions): readonly string[] {
  return [
    ...(dashboard === null
      ? []
      : [
          `  Dashboard     ${pc.cyan(dashboard.url)}`,
          `  Sign in as    ${pc.cyan(dashboard.email)}  password ${pc.cyan(dashboard.password)}`,
        ]),
    `  Command line  ${pc.cyan(`${commandFor(options)} status`)}`,
  ];
}
