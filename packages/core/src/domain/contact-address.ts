import type { ContactId } from './ids.ts';
import type { Instant } from './instant.ts';

/** One address of a contact as CiviCRM has it (civicrm-api.md 2.2). */
export interface ContactAddress {
  readonly id: number;
  readonly address: string;
  readonly isPrimary: boolean;
  readonly isBulkmail: boolean;
  readonly isOnHold: boolean;
}

/** The same with its past, as far as CiviCRM keeps one: enough to tell whether somebody has touched what we wrote. */
export interface AddressPast {
  readonly contactId: ContactId;
  /** In lower case. */
  readonly address: string;
  readonly isPrimary: boolean;
  readonly isBulkmail: boolean;
  /** Why it is on hold: it bounced, or its holder has opted out. */
  readonly hold: 'none' | 'bounced' | 'opted-out';
  /** Since when; null: it is not on hold, or nobody knows. */
  readonly heldAt: Instant | null;
  /** It was on hold once, and is not any more. */
  readonly wasReleased: boolean;
}
