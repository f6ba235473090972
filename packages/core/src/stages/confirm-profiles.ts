import { areProfilesAsPlanned } from '../decide/compare-profiles.ts';
import { agreedAtMailchimp, agreedInCivicrm, bringsMore } from '../decide/confirm-profile.ts';
import type { DecisionId, UpdateId } from '../domain/ids.ts';
import type { Mapping } from '../domain/pairings.ts';
import { agreeOn } from '../domain/profile.ts';
import type { Db } from '../store/db.ts';
import {
  listPendingOfDecisions,
  listPendingOfUpdates,
  type PendingProfile,
  recordProfileBases,
} from '../store/profile-bases.ts';

/**
 * Mailchimp says what was wanted: the base of interests, fields and tags moves to what it returned. Whoever changed something else meanwhile, on either side, is looked at
 * again: nobody looked while the update was under way (R5).
 */
export async function confirmProfiles(tx: Db, ids: readonly UpdateId[]): Promise<void> {
  const pending = await listPendingOfUpdates(tx, ids);
  await recordProfileBases(
    tx,
    pending.flatMap((one) => {
      if (one.mailchimp === null) return [];
      const base = agreeOn(one.base, agreedAtMailchimp(one.pending.mailchimp, one.mailchimp));
      const isNew = one.kind === 'subscribe' || one.kind === 'move';
      const isChanged = !isAsPlanned(one) || (isNew && bringsMore(base, one.mailchimp));
      return [{ memberId: one.memberId, base, isChanged }];
    }),
  );
}

/** Somebody who has just been subscribed was nobody at Mailchimp before, or out: only CiviCRM's side can have changed. */
function isAsPlanned({ kind, planned, mailchimp, civicrm, writes }: PendingProfile): boolean {
  if (planned == null) return true;
  const wasIn = kind === 'update' || kind === 'move';
  const fresh = { mailchimp: wasIn ? mailchimp : null, civicrm };
  return areProfilesAsPlanned(planned, fresh, writes);
}

/** CiviCRM has accepted these decisions' writes, and what it made of them was read back. */
export async function confirmCivicrmProfiles(
  tx: Db,
  ids: readonly DecisionId[],
  mappings: readonly Mapping[],
): Promise<void> {
  const pending = await listPendingOfDecisions(tx, ids);
  await recordProfileBases(
    tx,
    pending.flatMap((one) => {
      if (one.civicrm === null) return [];
      const base = agreeOn(one.base, agreedInCivicrm(one.pending.civicrm, one.civicrm, mappings));
      return [{ memberId: one.memberId, base, isChanged: false }];
    }),
  );
}
