import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { printFigures } from './support/figures.ts';

const PEOPLE = Number(process.env['BENCH_PEOPLE'] ?? 1_000_000);
const PAGES = 40;
/** What a million people and the waste of making them may take; a heap without bound grows past what it holds. */
const HEAP_OPTIONS = ['--max-old-space-size=1750', '--max-semi-space-size=32'];
const GIGABYTE = 1000; // in MB
const agent = new Agent({ keepAlive: true });

process.stdout.write(`\nPreparing a sandbox of ${PEOPLE.toLocaleString('en-GB')} people…\n`);
const program = join(import.meta.dirname, '../packages/sandbox/dist/main.js');
const child = spawn(process.execPath, [...HEAP_OPTIONS, program, '--people', String(PEOPLE)], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
const [line] = await once(createInterface({ input: child.stdout }), 'line');
const { mailchimp, listId } = JSON.parse(line);
const megabytes = residentMegabytes(child.pid);

const FIELDS = [
  'id',
  'contact_id',
  'email_address',
  'status',
  'last_changed',
  'timestamp_opt',
  'merge_fields',
];
const some = `&fields=total_items,${FIELDS.map((field) => `members.${field}`).join(',')}`;
const first = await medianMs(() => 0, 'sort_field=last_changed&sort_dir=ASC');
const deep = await medianMs(
  (n) => Math.floor((PEOPLE * n) / (2 * PAGES)),
  'sort_field=last_changed&sort_dir=ASC',
);
const chosen = await medianMs((n) => n * 1000, `sort_field=last_changed&sort_dir=ASC${some}`);
const atMost = { bound: 20, unit: 'ms', sense: 'at-most' } as const;
printFigures(
  `The sandbox's Mailchimp with ${PEOPLE.toLocaleString('en-GB')} people on both sides, median of ${PAGES} pages of 1,000`,
  [
    { name: 'first page, whole members', measured: first, ...atMost },
    { name: 'pages at all depths, whole members', measured: deep, ...atMost },
    { name: 'pages, the fields a sync reads', measured: chosen, ...atMost },
    { name: 'memory of the sandbox', measured: megabytes, bound: 2 * GIGABYTE, unit: 'MB', sense: 'at-most' },
  ],
);
agent.destroy();
const exited = once(child, 'exit');
child.stdin.end();
await exited;

/** From sending the request to the end of its answer; the answer is not parsed. */
async function medianMs(offsetOf: (n: number) => number, query: string): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < PAGES; n += 1) {
    const url = `${mailchimp.baseUrl}/lists/${listId}/members?count=1000&offset=${offsetOf(n)}&${query}`;
    times.push(await requestMs(url));
  }
  return times.sort((a, b) => a - b)[Math.floor(PAGES / 2)] ?? 0;
}

/** By the plainest client, so that it is the sandbox that is measured. */
async function requestMs(url: string): Promise<number> {
  const startedAt = performance.now();
  const sent = request(url, { agent, headers: { authorization: `Bearer ${mailchimp.apiKey}` } }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  return performance.now() - startedAt;
}

/** What the process holds at the moment; 0 where the system does not tell. */
function residentMegabytes(pid: number | undefined): number {
  const file = `/proc/${pid}/status`;
  if (!existsSync(file)) return 0;
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(file, 'utf8'))?.[1] ?? 0) / 1024;
}
