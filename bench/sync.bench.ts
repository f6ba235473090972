import { APPLY_STAGES, PLAN_STAGES } from '@mcsync/core/domain/run';
import { stageSeconds, startBenchService } from './support/bench-service.ts';
import { printFigures } from './support/figures.ts';

const PEOPLE = Number(process.env['BENCH_PEOPLE'] ?? 100_000);

const bench = await startBenchService({ people: PEOPLE });
const first = await bench.sync({ approval: 'all' });
process.stdout.write(
  `${JSON.stringify({ state: first.run.state, error: first.run.error, ...first.counts, ...first.requests })}\n`,
);
await printStages(first.run.id, [...PLAN_STAGES, ...APPLY_STAGES]);
const memory = bench.peakMegabytes();
const echo = await bench.sync();
await bench.passOverlap();
const second = await bench.sync();
process.stdout.write(
  `${JSON.stringify({ state: second.run.state, error: second.run.error, ...second.counts, ...second.requests })}\n`,
);
await printStages(second.run.id, PLAN_STAGES);
printFigures(`Syncing ${PEOPLE.toLocaleString('en-GB')} people, sandbox without latency`, [
  {
    name: 'first sync, all updates settled',
    measured: first.tookMs / 1000,
    bound: 60,
    unit: 's',
    sense: 'at-most',
  },
  { name: 'memory of the worker at its largest', measured: memory, bound: 400, unit: 'MB', sense: 'at-most' },
  {
    name: 'right after, own changes read once more: requests',
    measured: echo.requests.mailchimp + echo.requests.civicrm,
    bound: 20,
    unit: 'requests',
    sense: 'at-most',
  },
  {
    name: 'incremental run with nothing changed: requests',
    measured: second.requests.mailchimp + second.requests.civicrm,
    bound: 15,
    unit: 'requests',
    sense: 'at-most',
  },
  {
    name: 'incremental run with nothing changed',
    measured: second.tookMs / 1000,
    bound: 3,
    unit: 's',
    sense: 'at-most',
  },
]);
await bench.close();

async function printStages(run: number, stages: readonly string[]): Promise<void> {
  for (const stage of stages) {
    const seconds = await stageSeconds(bench.service, run, stage);
    process.stdout.write(`  ${stage.padEnd(32)} ${seconds.toFixed(2)} s\n`);
  }
}
