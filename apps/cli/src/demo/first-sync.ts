import { relative } from 'node:path';
import { APPLY_STAGES } from '@mcsync/core/domain/run';
import { getConnection } from '@mcsync/core/store/connections';
import { countPeople } from '@mcsync/core/store/people-counts';
import type { RunReport } from '@mcsync/core/store/run-report';
import pc from 'picocolors';
import { indented } from '../format.ts';
import { peopleLines } from '../people-lines.ts';
import { planLines } from '../plan-lines.ts';
import { reportLines } from '../report-lines.ts';
import type { RunDisplay } from '../run-display.ts';
import type { DemoContext } from './demo-context.ts';
import type { DemoOptions } from './options.ts';
import { approve, runSync, untilDecided } from './run-sync.ts';

/** How to use the command line on the demo's data. */
export const commandFor = ({ dataDir }: DemoOptions): string =>
  `DATA_DIR=${relative(process.cwd(), dataDir)} npm run -s mcsync --`;

/** The first sync: what it reads and decides, the plan that comes of it, somebody's approval, what it does. */
export async function firstSync(ctx: DemoContext): Promise<RunReport> {
  const { screen } = ctx;
  screen.head('First sync');
  const planned = await watched(screen.watch(), (display) => runSync(ctx, 'full', display));
  if (planned.run.state !== 'held') return await tell(ctx, planned);
  const people = await countPeople(ctx.service.store.db, ctx.connection);
  screen.head('The plan');
  screen.say(...indented(planLines(planned.run.plan)), '', ...indented(peopleLines(people)));
  return await tell(ctx, await decide(ctx, planned));
}

async function decide(ctx: DemoContext, { run }: RunReport): Promise<RunReport> {
  const { screen, options } = ctx;
  if (options.approve) {
    screen.head('Approved');
    screen.say(
      pc.dim(
        `  By the demo, as "mcsync approve ${run.id}" would, because a first sync always waits for it; with --no-approve it is left to you.`,
      ),
    );
    return await watched(applyStagesOf(screen.watch()), (display) => approve(ctx, run.id, display));
  }
  screen.head('Waiting for your approval');
  screen.say(
    '  In another terminal, in this folder:',
    `  ${pc.cyan(`${commandFor(options)} approve ${run.id}`)}`,
  );
  return await watched(applyStagesOf(screen.watch()), (display) => untilDecided(ctx, run.id, display));
}

async function watched(
  display: RunDisplay,
  work: (display: RunDisplay) => Promise<RunReport>,
): Promise<RunReport> {
  try {
    return await work(display);
  } finally {
    display.end();
  }
}

/** The plan has been watched already. */
function applyStagesOf({ show, end }: RunDisplay): RunDisplay {
  const isApply = (stage: string) => APPLY_STAGES.some((name) => name === stage);
  return {
    end,
    show: (view) => show({ ...view, stages: view.stages.filter(({ stage }) => isApply(stage)) }),
  };
}

async function tell(ctx: DemoContext, report: RunReport): Promise<RunReport> {
  const connection = await getConnection(ctx.service.store.db, ctx.connection);
  ctx.screen.say('', ...reportLines({ report, connection }));
  return report;
}
