import { setTimeout as sleep } from 'node:timers/promises';
import { SECOND_MS } from '@mcsync/core/domain/instant';
import type { RunCounts, RunReport } from '@mcsync/core/store/run-report';
import pc from 'picocolors';
import { duration, indented, number } from '../format.ts';
import { planLines } from '../plan-lines.ts';
import { balanceLines } from './balance-lines.ts';
import { letPeopleAct } from './control.ts';
import type { DemoContext } from './demo-context.ts';
import { commandFor } from './first-sync.ts';
import { approve, runSync, untilDecided } from './run-sync.ts';
import { countUnexplained, takeBalance } from './take-balance.ts';

/** So many things happen on either side between two syncs, at the most. */
const MOST_ACTS = 3;
/** Every so many syncs both sides are compared by somebody who takes no part. */
const BALANCE_EVERY = 10;
const MOST_CATCHING_UP = 2;

/** Lets people act on both sides, and syncs after them, until the user has seen enough. */
export async function keepSyncing(ctx: DemoContext): Promise<void> {
  const { screen, interruption, options } = ctx;
  for (let round = 1; !interruption.aborted; round++) {
    await pause(options.every * SECOND_MS, interruption);
    if (interruption.aborted) return;
    const happened = await letPeopleAct(ctx.sandbox, 1 + Math.floor(Math.random() * MOST_ACTS));
    screen.say(...happened.map((words) => `${clock()}  ${pc.dim(words)}`));
    await syncQuietly(ctx);
    if (round % BALANCE_EVERY === 0 && !interruption.aborted) await sayBalance(ctx);
  }
}

async function pause(ms: number, interruption: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal: interruption });
  } catch (error) {
    if (!interruption.aborted) throw error;
  }
}

async function syncQuietly(ctx: DemoContext): Promise<void> {
  const report = await ctx.screen.during('syncing…', () => runSync(ctx, 'incremental', SILENT));
  ctx.screen.say(`${clock()}  ${syncWords(report)}`);
  if (report.run.state === 'held' && !ctx.interruption.aborted) await decide(ctx, report);
}

const SILENT = { show: () => undefined, end: () => undefined };

async function decide(ctx: DemoContext, { run }: RunReport): Promise<void> {
  const { screen, options } = ctx;
  screen.say(...indented(indented(planLines(run.plan.filter(({ verdict }) => verdict === 'held')))));
  const words = options.approve
    ? `the demo approves it, as "mcsync approve ${run.id}" would`
    : `it waits for you: ${commandFor(options)} approve ${run.id}`;
  screen.say(`${clock()}  ${pc.yellow(words)}`);
  const report = options.approve
    ? await approve(ctx, run.id, SILENT)
    : await untilDecided(ctx, run.id, SILENT);
  screen.say(`${clock()}  ${syncWords(report)}`);
}

const COUNTS: readonly (readonly [name: keyof RunCounts, words: string])[] = [
  ['created', 'created'],
  ['addedToGroup', 'added'],
  ['removedFromGroup', 'removed'],
  ['subscribed', 'subscribed'],
  ['pending', 'asked'],
  ['unsubscribed', 'unsubscribed'],
  ['archived', 'archived'],
  ['profilesChanged', 'changed at Mailchimp'],
  ['addressesMoved', 'moved to another address'],
  ['addedToInterestGroups', 'added to interest groups'],
  ['removedFromInterestGroups', 'removed from interest groups'],
  ['fieldsWritten', 'changed in CiviCRM'],
  ['addressesAdded', 'given another address'],
  ['putOnHold', 'put on hold'],
  ['refused', 'cannot be agreed'],
  ['held', 'waiting for approval'],
];

/** `✓ sync 4: 1 created, 2 subscribed (14 requests, 0.9 s)` */
export function syncWords({ run, counts, requests, tookMs }: RunReport): string {
  const did = COUNTS.filter(([name]) => counts[name] > 0).map(
    ([name, words]) => `${number(counts[name])} ${words}`,
  );
  const effort = pc.dim(`(${number(requests.mailchimp + requests.civicrm)} requests, ${duration(tookMs)})`);
  if (run.error !== null) return `${pc.red('✗')} sync ${run.id}: ${run.error.message}`;
  const mark = run.state === 'done' ? pc.green('✓') : pc.yellow('!');
  const words = did.length === 0 ? (run.state === 'done' ? 'nothing to do' : run.state) : did.join(', ');
  return `${mark} sync ${run.id}: ${words} ${effort}`;
}

async function sayBalance(ctx: DemoContext): Promise<void> {
  const { screen } = ctx;
  let balance = await takeBalanceOf(ctx);
  // What happened in the very second in which a sync began is read by the next one.
  for (let tries = 0; countUnexplained(balance) > 0 && tries < MOST_CATCHING_UP; tries++) {
    await syncQuietly(ctx);
    balance = await takeBalanceOf(ctx);
  }
  if (countUnexplained(balance) > 0) return screen.say(...balanceLines(balance));
  const numbers = `${number(balance.subscribed)} subscribed at Mailchimp, ${number(balance.added)} in the CiviCRM group`;
  screen.say(`${clock()}  ${pc.green('=')} ${numbers}, differences 0`);
}

const takeBalanceOf = ({ service, connection, sandbox }: DemoContext) =>
  takeBalance(service.store.db, connection, sandbox);

const clock = (): string => pc.dim(new Date().toLocaleTimeString('sv-SE'));
