import { isRunActive, type StageName } from '@mcsync/core/domain/run';
import type { StageProgress } from '@mcsync/core/store/run-stages';
import { STAGE_WORDS } from '@mcsync/core/words/stages';
import pc from 'picocolors';
import { duration, number, pad } from './format.ts';
import type { RunView } from './run-view.ts';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
export const FRAME_MS = 90;
const BAR_WIDTH = 16;
const TITLE_WIDTH = Math.max(...Object.values(STAGE_WORDS).map((words) => words.length));

/** What Mailchimp does with the changes is no stage of the run, and is watched like one. */
export const UPDATES_TITLE = 'Mailchimp carries out changes';

/** A run on a terminal: a line for each stage. `now` moves the spinner and the clocks. */
export function stageLines(view: RunView, now: number): readonly string[] {
  const { run, stages, updates } = view;
  const lines = stages.map((stage) => stageLine(stage, isRunActive(run.state), now));
  if (updates.total === 0) return lines;
  const isOver = updates.settled === updates.total;
  const mark = isOver ? pc.green('✓') : spinner(now);
  return [...lines, line(mark, UPDATES_TITLE, bar(updates.settled, updates.total))];
}

function stageLine(stage: StageProgress, isActive: boolean, now: number): string {
  const title = STAGE_WORDS[stage.stage];
  switch (stage.state) {
    case 'waiting':
      return pc.dim(line('·', title, ''));
    case 'failed':
      return line(pc.red('✗'), title, '');
    case 'running':
      return line(
        isActive ? spinner(now) : pc.yellow('■'),
        title,
        [bar(stage.done, stage.total), pc.dim(timeOf(stage, now))].join('  '),
      );
    case 'done':
      return line(
        pc.green('✓'),
        title,
        [pad(pc.dim(timeOf(stage, now)), 8, 'right'), detailOf(stage)].join('  '),
      );
  }
}

const line = (mark: string, title: string, rest: string): string =>
  `${mark} ${pad(title, TITLE_WIDTH, 'left')}  ${rest}`.trimEnd();

const spinner = (now: number): string => pc.cyan(FRAMES[Math.floor(now / FRAME_MS) % FRAMES.length] ?? '');

function bar(settled: number, total: number): string {
  if (total === 0) return '';
  const full = Math.round((settled / total) * BAR_WIDTH);
  const text = `${pc.cyan('━'.repeat(full))}${pc.dim('━'.repeat(BAR_WIDTH - full))}`;
  return `${text} ${number(settled)}/${number(total)}`;
}

function timeOf({ startedAt, finishedAt }: StageProgress, now: number): string {
  if (startedAt === null) return '';
  return duration(Math.max(0, (finishedAt?.getTime() ?? now) - startedAt.getTime()));
}

/** Counts that say something to whoever watches; the rest stands with the run. */
const DETAILS: Readonly<Partial<Record<StageName, readonly (readonly [count: string, words: string])[]>>> = {
  'fetch-mailchimp': [['fetched', 'members']],
  'detect-civicrm-changes': [['read', 'contacts']],
  'fetch-extra-data': [['read', 'contacts']],
  'populate-missing-contact-ids': [
    ['matched', 'matched'],
    ['relinked', 'belong to another contact now'],
  ],
  reconcile: [
    ['agreed', 'agree'],
    ['change', 'to change'],
    ['refuse', 'cannot agree'],
  ],
  'create-contacts': [['created', 'created']],
  'write-civicrm': [
    ['addedToGroup', 'added'],
    ['removedFromGroup', 'removed'],
    ['addedToInterestGroups', 'added to interest groups'],
    ['removedFromInterestGroups', 'removed from interest groups'],
    ['fieldsWritten', 'with fields changed'],
  ],
};

/** `1,965 members`; empty where there is nothing to tell. */
export function detailOf({ stage, counts }: StageProgress): string {
  return (DETAILS[stage] ?? [])
    .flatMap(([name, words]) => {
      const count = counts[name] ?? 0;
      return count === 0 ? [] : `${number(count)} ${words}`;
    })
    .join(', ');
}

/** A stage that is done, where nothing can be drawn: `Reading Mailchimp: 1,965 members (0.8 s)`. */
export function doneLine(stage: StageProgress, now: number): string {
  const detail = detailOf(stage);
  return `${STAGE_WORDS[stage.stage]}${detail === '' ? '' : `: ${detail}`} (${timeOf(stage, now)})`;
}

/** Several runs at once: a line for each run. */
export function runLine({ run, connection, stages, updates }: RunView, now: number): string {
  const current = stages.find(({ state }) => state === 'running');
  const isSettling = updates.settled < updates.total;
  const isBusy = isRunActive(run.state) || isSettling;
  const doing = isRunActive(run.state)
    ? (current && `${STAGE_WORDS[current.stage]} ${bar(current.done, current.total)}`) || 'starting'
    : isSettling
      ? `${UPDATES_TITLE} ${bar(updates.settled, updates.total)}`
      : run.state;
  return `${isBusy ? spinner(now) : pc.green('✓')} ${connection.id} ${connection.audienceName}  ${doing}`.trimEnd();
}
