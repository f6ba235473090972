import type { RunCounts, RunReport } from '@mcsync/core/store/run-report';
import pc from 'picocolors';
import { counted, duration, number } from '../format.ts';
import { countWrites, forgetRequests } from './control.ts';
import type { DemoContext } from './demo-context.ts';
import { runSync } from './run-sync.ts';

/** What a sync did that had nothing to do. */
export interface FurtherSync {
  readonly report: RunReport;
  readonly changes: number;
  /** Requests that changed anything, as both systems have counted them. */
  readonly writes: number;
}

/** Syncs once more in full, though nothing has changed on either side: nothing may happen. */
export async function furtherSync(ctx: DemoContext): Promise<FurtherSync> {
  await forgetRequests(ctx.sandbox);
  const display = ctx.screen.watch();
  const report = await runSync(ctx, 'full', display);
  display.end();
  return { report, changes: countChanges(report), writes: await countWrites(ctx.sandbox) };
}

/** People whom a run changed, or would. */
export function countChanges({ counts }: RunReport): number {
  return CHANGES.reduce((sum, name) => sum + counts[name], 0);
}

/** What is not only looked at. */
const CHANGES = [
  'created',
  'addedToGroup',
  'removedFromGroup',
  'subscribed',
  'pending',
  'unsubscribed',
  'archived',
  'erased',
  'profilesChanged',
  'addressesMoved',
  'addressesAdded',
  'putOnHold',
  'addedToInterestGroups',
  'removedFromInterestGroups',
  'fieldsWritten',
  'held',
] as const satisfies readonly (keyof RunCounts)[];

export function furtherLines({ report, changes, writes }: FurtherSync): readonly string[] {
  const isQuiet = changes === 0 && writes === 0 && report.run.state === 'done';
  const { mailchimp, civicrm } = report.requests;
  const mark = isQuiet ? pc.green('✓') : pc.red('✗');
  return [
    '',
    `  ${mark} ${counted(changes, 'change', 'changes')}, ${counted(writes, 'write', 'writes')}; ${number(mailchimp + civicrm)} requests in ${duration(report.tookMs)}`,
    ...(report.run.error === null ? [] : [`    ${pc.red(report.run.error.message)}`]),
  ];
}
