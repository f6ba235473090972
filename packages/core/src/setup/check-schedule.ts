import { getNextMillis } from 'bullmq';
import type { Policies } from '../domain/policies.ts';
import { parseInterval } from '../settings.ts';

/** Every problem of a connection's own interval and cron line (policies `every`, `fullCron`), in words. The interval is read as schedules read it, the cron line by the queue that goes by it. */
export function checkSchedule({ every, fullCron }: Pick<Policies, 'every' | 'fullCron'>): readonly string[] {
  return [
    ...(every !== null && parseInterval(every) === null
      ? [`Policy every takes an interval of at least a minute, such as 15m or 1h, not "${every}".`]
      : []),
    ...(fullCron !== null && !isCronLine(fullCron)
      ? [
          `Policy fullCron takes a cron line of five fields, such as "0 3 * * *" for 3 o'clock, not "${fullCron}".`,
        ]
      : []),
  ];
}

/** Five fields: a sixth would be seconds, and a full run every second is nobody's wish. */
export function isCronLine(text: string): boolean {
  if (text.trim().split(/\s+/).length !== 5) return false;
  try {
    return getNextMillis(Date.now(), { pattern: text.trim() }) !== undefined;
  } catch {
    return false; // the parser says so by throwing, in words about its own inside
  }
}
