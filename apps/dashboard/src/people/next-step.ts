import type { Wait } from '@mcsync/core/domain/decision';
import type { PersonRecord } from '@mcsync/core/store/person-records';
import { REFUSAL_WORDS } from '@mcsync/core/words/refusals';
import { WAIT_WORDS } from '@mcsync/core/words/waits';

/** What happens to somebody next, in plain words. */
export interface NextStep {
  readonly text: string;
  /** A moment that it is about, such as when it is tried again. */
  readonly at: Date | null;
  /** A run whose plan waits for somebody. */
  readonly heldIn: number | null;
}

const step = (text: string, more: Partial<NextStep> = {}): NextStep => ({
  text,
  at: null,
  heldIn: null,
  ...more,
});

/** `nextRun`: when the connection is synced next by itself; null: nothing is scheduled. */
export function findNextStep(record: PersonRecord, nextRun: Date | null): NextStep {
  const { link, syncStatus, decisions } = record;
  const held = decisions.find(({ state }) => state === 'held');
  if (held !== undefined)
    return step('A change for them waits until somebody has approved the plan.', { heldIn: held.runId });
  if (syncStatus === 'live')
    return step(
      'A change for them is on its way to Mailchimp. When Mailchimp has confirmed it, both sides agree.',
    );
  if (syncStatus === 'fail' && link.refusal !== null) {
    const { remedy } = REFUSAL_WORDS[link.refusal.reason];
    const { retryAt } = link.refusal;
    return retryAt === null
      ? step(remedy)
      : step(`${remedy} It is tried again by itself:`, { at: new Date(retryAt) });
  }
  const wait = findWait(record);
  if (wait !== null) return step(WAIT_WORDS[wait]);
  if (syncStatus === 'todo')
    return nextRun === null
      ? step('The next sync looks at them. None is scheduled: start one.')
      : step('The next sync looks at them:', { at: nextRun });
  return step(
    'Nothing, until somebody changes something on one of the sides. Then the next sync follows it.',
  );
}

/**
 * What they wait for now. Whom an update of ours has made pending waits without a decision that says so; agreement leaves no decision behind, so that the newest one may be of another rule than
 * the row's.
 */
function findWait({ link: { mailchimp, civicrm }, rule, decisions }: PersonRecord): Wait['why'] | null {
  if (mailchimp?.status === 'pending' && civicrm?.group === 'Added') return 'asked';
  const [newest] = decisions;
  if (newest === undefined || newest.kind !== 'wait' || newest.rule !== rule) return null;
  return Object.keys(WAIT_WORDS).find((why): why is Wait['why'] => why === newest.reason) ?? null;
}
