import { stageSeconds, startBenchService } from './support/bench-service.ts';
import { printFigures } from './support/figures.ts';

const PEOPLE = Number(process.env['BENCH_PEOPLE'] ?? 100_000);
const LATENCY_S = 0.5;
const CONNECTIONS = 8;
const PAGE_SIZE = 1000;

const bench = await startBenchService({ people: PEOPLE });
await fetch(`${bench.sandbox.control}/latency`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ system: 'mailchimp', ms: LATENCY_S * 1000 }),
});
// A plan reads everything and writes nothing: the fetch stage is the same.
const planned = await bench.sync({ purpose: 'plan' });
const { listed, archived } = planned.run.totals;
const pages = Math.ceil(listed / PAGE_SIZE) + Math.ceil(archived / PAGE_SIZE);
const seconds = await stageSeconds(bench.service, planned.run.id, 'fetch-mailchimp');
printFigures(`Fetching ${pages} pages of Mailchimp with ${LATENCY_S} s each, ${CONNECTIONS} connections`, [
  {
    name: 'fetch stage',
    measured: seconds,
    bound: (1.3 * pages * LATENCY_S) / CONNECTIONS,
    unit: 's',
    sense: 'at-most',
  },
]);
await bench.close();
