import { DAY_MS } from '@mcsync/core/domain/instant';
import type { Db } from '@mcsync/core/store/db';

const DAYS = 80;

/** Sizes of the days before this one, made up: a charity that grows a little. */
export async function tellHistory(db: Db): Promise<void> {
  const today = await db.dailySize.findFirstOrThrow();
  const days = Array.from({ length: DAYS }, (_, at) => {
    const ago = at + 1;
    const wave = Math.round(Math.sin(at / 4) * 6);
    return {
      connectionId: today.connectionId,
      day: new Date(today.day.getTime() - ago * DAY_MS),
      mailchimp: Math.max(0, today.mailchimp - ago * 3 + wave),
      civicrm: Math.max(0, today.civicrm - ago * 3 - wave),
      changedAtMailchimp: 3 + (at % 7) * 2,
      changedInCivicrm: 2 + (at % 5),
    };
  });
  await db.dailySize.createMany({ data: days });
}
