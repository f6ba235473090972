import type { ContactId } from '../domain/ids.ts';
import { matchContact, type Owner } from './match-contact.ts';

/** A link whose contact, as far as our row says, does not hold the member's address, and who holds it in CiviCRM. */
export interface PartedLink {
  readonly contactId: ContactId;
  /** Whether the member changed their address at Mailchimp since the contact last had it: a known `contact_id` under a new hash. */
  readonly hasMoved: boolean;
  /** Everybody who holds the member's address, on hold or not, in the trash or not. */
  readonly holders: readonly Owner[];
  /** Those of them in the trash who were merged into this contact. */
  readonly mergedInto: ReadonlySet<ContactId>;
}

/**
 * `together`: the contact holds the address after all (on hold), or a loser of a merge with it does. `relink`: another live contact holds it now (A4). `parted`: nobody live
 * does, and this side moved away from the address that both had.
 */
export type Parting =
  | { readonly kind: 'together' }
  | { readonly kind: 'relink'; readonly to: ContactId }
  | { readonly kind: 'parted'; readonly by: 'mailchimp' | 'civicrm' };

/** Section 6, before A1–A3: who holds the member's address now. A4 goes by section 3 and looks at nothing of ours but which contact the link has. */
export function judgeParting({ contactId, hasMoved, holders, mergedInto }: PartedLink): Parting {
  const live = holders.filter(({ state }) => state === 'live');
  if (live.some((holder) => holder.contactId === contactId)) return { kind: 'together' };
  const match = matchContact(live);
  if (match.kind === 'matched') return { kind: 'relink', to: match.contactId };
  if (hasMoved) return { kind: 'parted', by: 'mailchimp' };
  return mergedInto.size > 0 ? { kind: 'together' } : { kind: 'parted', by: 'civicrm' };
}
