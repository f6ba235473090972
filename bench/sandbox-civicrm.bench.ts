import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { printFigures } from './support/figures.ts';

const PEOPLE = Number(process.env['BENCH_PEOPLE'] ?? 1_000_000);
const PAGE = 1000;
const ROUNDS = 40;
/** What a million people and the waste of making them may take; a heap without bound grows past what it holds. */
const HEAP_OPTIONS = ['--max-old-space-size=1750', '--max-semi-space-size=32'];

const sandbox = spawn(
  process.execPath,
  [
    ...HEAP_OPTIONS,
    join(import.meta.dirname, '../packages/sandbox/dist/main.js'),
    '--people',
    String(PEOPLE),
  ],
  { stdio: ['pipe', 'pipe', 'inherit'] },
);
const count = PEOPLE.toLocaleString('en-GB');
process.stdout.write(`\nPreparing a sandbox of ${count} people…\n`);
const [line] = await once(createInterface({ input: sandbox.stdout }), 'line');
const { civicrm, groupId } = JSON.parse(line);

const SELECT = [
  'id',
  'first_name',
  'last_name',
  'is_deleted',
  'modified_date',
  'email_primary.email',
  'email_primary.on_hold',
];
const contactPage = (round: number) => ({
  select: SELECT,
  where: [['id', '>', Math.floor((PEOPLE / ROUNDS) * round)]],
  orderBy: { id: 'ASC' },
  limit: PAGE,
});
const groupPage = (round: number) => ({
  select: ['contact_id', 'status', 'contact_id.email_primary.email'],
  where: [
    ['group_id', '=', groupId],
    ['contact_id', '>', Math.floor((PEOPLE / ROUNDS) * round)],
  ],
  orderBy: { contact_id: 'ASC' },
  limit: PAGE,
});
const changedPage = () => ({
  select: SELECT,
  where: [['modified_date', '>=', 'now - 100 day']],
  orderBy: { modified_date: 'ASC', id: 'ASC' },
  limit: PAGE,
});
/** What a probe asks, without an order: one row of the whole table. */
const anyContact = () => ({ select: ['NOW() AS now_local'], limit: 1 });

// Everything once, so that indexes are in order and what that took is thrown away before anything is measured.
for (let round = 0; round < ROUNDS; round += 4) {
  for (const params of [contactPage(round), changedPage(), anyContact()]) await ask('Contact', params);
  await ask('GroupContact', groupPage(round));
}

printFigures(`The sandbox's CiviCRM with ${count} people on both sides`, [
  await figure('1,000 contacts with address', 'Contact', contactPage),
  await figure('1,000 memberships with address', 'GroupContact', groupPage),
  await figure('1,000 changed contacts with address', 'Contact', changedPage),
  await figure('any contact', 'Contact', anyContact),
  {
    name: 'memory of the sandbox, both sides',
    measured: residentMegabytes(),
    bound: 2000,
    unit: 'MB',
    sense: 'at-most',
  },
]);
const exited = once(sandbox, 'exit');
sandbox.stdin.end();
await exited;

/** The median of many requests, from sending to the last byte of the answer. */
async function figure(name: string, entity: string, paramsOf: (round: number) => object) {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const startedAt = performance.now();
    await ask(entity, paramsOf(round));
    times.push(performance.now() - startedAt);
  }
  const measured = times.sort((a, b) => a - b)[ROUNDS / 2] ?? 0;
  return { name, measured, bound: 30, unit: 'ms', sense: 'at-most' } as const;
}

async function ask(entity: string, params: object): Promise<void> {
  const response = await fetch(`${civicrm.url}/civicrm/ajax/api4/${entity}/get`, {
    method: 'POST',
    headers: { 'X-Civi-Auth': `Bearer ${civicrm.apiKey}`, 'X-Requested-With': 'XMLHttpRequest' },
    body: new URLSearchParams({ params: JSON.stringify(params) }),
  });
  if (response.status !== 200) throw new Error(`${entity}: HTTP ${response.status}`);
  await response.text();
}

/** In MB of a million bytes; 0 where the system does not tell. */
function residentMegabytes(): number {
  const file = `/proc/${sandbox.pid}/status`;
  if (!existsSync(file)) return 0;
  const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(file, 'utf8'))?.[1];
  return (Number(kilobytes ?? 0) * 1024) / 1e6;
}
