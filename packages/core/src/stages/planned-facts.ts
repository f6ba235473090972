import { createHash } from 'node:crypto';
import { dateGroupStatus, newestId } from '../decide/group-history.ts';
import { whoLeft } from '../decide/who-left.ts';
import type { Decision } from '../domain/decision.ts';
import { addressKey } from '../domain/email.ts';
import type { CivicrmFacts, Link, MailchimpFacts } from '../domain/facts.ts';
import type { PlannedContact, PlannedFacts } from '../domain/planned-facts.ts';

/** `seenHistoryId`: newest history id of the site when the facts were read. */
export function plannedFacts({ mailchimp, civicrm, base }: Link, seenHistoryId: number): PlannedFacts {
  return {
    mailchimp: mailchimp && plannedMember(mailchimp),
    civicrm: civicrm && plannedContact(civicrm),
    historyId: Math.max(seenHistoryId, newestId(civicrm?.history ?? null)),
    leftBy: mailchimp && whoLeft(mailchimp),
    groupSince: civicrm?.history ? toIso(dateGroupStatus(civicrm.group, civicrm.history)) : null,
    mailchimpChangedAt: toIso(mailchimp?.changedAt ?? null),
    base,
  };
}

/** The part of M that a write rests on. */
export const plannedMember = ({
  status,
  optedInAt,
  address,
}: MailchimpFacts): NonNullable<PlannedFacts['mailchimp']> => ({
  status,
  optedInAt,
  address: addressKey(address),
});

/** The part of C that a write rests on. Our own history rows are nobody's act. */
export function plannedContact({ state, group, history, addresses }: CivicrmFacts): PlannedContact {
  const historyId = history === null ? null : newestId(history.filter((row) => !row.byUs));
  return { state, group, historyId, addresses };
}

/** The same again is the same decision: one that was rejected is not proposed again while it is the same (rules section 8). */
export function fingerprintOf(decision: Decision, { mailchimp, civicrm, base }: PlannedFacts): string {
  const writes = decision.kind === 'change' || decision.kind === 'refuse' ? decision.writes : [];
  const said = [
    decision.kind,
    decision.rule,
    decision.as ?? null,
    writes,
    mailchimp,
    civicrm,
    base?.side ?? null,
  ];
  return createHash('sha256').update(JSON.stringify(said)).digest('base64url');
}

const toIso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
