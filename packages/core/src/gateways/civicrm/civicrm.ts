import type { AddressPast, ContactAddress } from '../../domain/contact-address.ts';
import type { ContactFlag, GroupStatus, HistoryRow } from '../../domain/facts.ts';
import type { TailRow } from '../../domain/history-tail.ts';
import type { ContactId, GroupId } from '../../domain/ids.ts';
import type { Instant } from '../../domain/instant.ts';
import type { CivicrmValue, ContactProfile } from '../../domain/profile.ts';

/** Everything that is measured or checked at the start of a run, from one multi-call request. */
export interface SiteProbe {
  /** Minutes that CiviCRM's dates are ahead of UTC in this session. */
  readonly utcOffsetMinutes: number;
  /** Null: no such group, or our key may not see it. */
  readonly group: GroupInfo | null;
  /** Rows Added that we may see; trashed contacts' rows included. */
  readonly added: number;
  /** Rows Added whose contact is trashed. */
  readonly addedTrashed: number;
  /** Rows of the group in any status. */
  readonly rows: number;
  /** Newest history id of the whole site; 0 where there is none. */
  readonly newestHistoryId: number;
  /** Newest history id dated at least 30 minutes ago: where the next run starts reading (rules section 9). */
  readonly overlapHistoryId: number;
  readonly rights: Rights;
}

/** A group, as far as it can make a connection impossible. */
export interface GroupInfo {
  readonly id: GroupId;
  readonly title: string;
  readonly isActive: boolean;
  readonly isHidden: boolean;
  readonly isSmart: boolean;
  readonly hasChildren: boolean;
  /** CiviCRM's own count of members, regardless of rights (civicrm-api.md 1.8); null on versions that do not tell. */
  readonly contactCount: number | null;
}

/** What our key may see and do. CiviCRM answers 200 with fewer rows, not an error, when a right is missing (E24). */
export interface Rights {
  readonly isSignedIn: boolean;
  readonly seesContacts: boolean;
  readonly seesTrash: boolean;
  readonly seesHistory: boolean;
  readonly mayEditContacts: boolean;
  readonly mayAddContacts: boolean;
}

/** Version and who we are, for adding or checking a site. */
export interface SiteInfo {
  /** Null where our key may not ask (needs `administer CiviCRM`). */
  readonly version: string | null;
  /** From the actions that the site offers: at least 5.80. */
  readonly knowsMerges: boolean;
  readonly contactId: ContactId | null;
  readonly rights: Rights;
}

/** A contact with its group row and addresses, as just read. */
export interface ContactRecord {
  readonly contactId: ContactId;
  readonly state: 'live' | 'trashed';
  readonly isIndividual: boolean;
  readonly flags: readonly ContactFlag[];
  readonly modifiedAt: Instant | null;
  /** Of the subscription group. `none`: no row; whether history says Deleted is decided with history. */
  readonly group: Exclude<GroupStatus, 'Deleted'>;
  readonly addresses: readonly ContactAddress[];
  /** Interest groups, fields and tags, as far as the connection pairs them. */
  readonly profile?: ContactProfile;
}

/** A field of a contact, or of what hangs on it. */
export interface FieldInfo {
  /** String, Integer, Date, …; `Address` for a whole one. */
  readonly dataType: string;
  readonly isReadonly: boolean;
}

/** Somebody who holds an address. */
export interface OwnerRecord extends ContactRecord {
  /** Addresses of those asked for that stand on this contact, in lower case. */
  readonly held: readonly string[];
  readonly hasHistory: boolean;
}

/** A contact to be created. `source` finds it again after a crash (rules section 3). */
export interface NewContact {
  readonly source: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly address: string;
}

/** How our own writes are marked: `tracking` names us and the run (durability rule 9). */
export interface WriteMark {
  readonly method: string;
  readonly tracking: string;
}

/**
 * Reads one CiviCRM site over APIv4. Rejects with `TransientError` where the same call may work later and with `FaultError` where the site cannot be used (key
 * refused, rights missing, HTML instead of JSON). Instants are converted by the offset measured in the same request wherever dates are read.
 */
export interface CivicrmReader {
  fetchSite(signal: AbortSignal): Promise<SiteInfo>;
  probe(group: GroupId, signal: AbortSignal): Promise<SiteProbe>;
  /** Contact ids that part the group's rows into about `parts` ranges of similar width: `[first, last]`; empty group: null. One request. */
  fetchGroupBounds(
    group: GroupId,
    signal: AbortSignal,
  ): Promise<{ readonly first: ContactId; readonly last: ContactId } | null>;
  /**
   * Contacts with a row in the group (any status), ascending by contact id, after one id and up to another: at most `limit`. Contacts and their addresses come
   * with them (two requests). Trashed contacts included.
   */
  fetchGroupPage(
    group: GroupId,
    range: { readonly after: number; readonly upTo: number; readonly limit: number },
    signal: AbortSignal,
  ): Promise<readonly ContactRecord[]>;
  /** These contacts, at most 1,000, whatever group; whoever is missing from the answer is erased. One multi-call request. */
  fetchContacts(
    group: GroupId,
    ids: readonly ContactId[],
    signal: AbortSignal,
  ): Promise<readonly ContactRecord[]>;
  /** All addresses of these contacts, at most 1,000, with their past. One request. */
  fetchAddresses(ids: readonly ContactId[], signal: AbortSignal): Promise<readonly AddressPast[]>;
  /** All history of the group for these contacts, at most 1,000; ascending by id. `ourTracking`: rows whose tracking starts so are ours. */
  fetchHistory(
    group: GroupId,
    ids: readonly ContactId[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<ContactId, readonly HistoryRow[]>>;
  /** All history of the interest groups for these contacts, at most 1,000, by contact and by the group's id; ascending. */
  fetchInterestHistory(
    ids: readonly ContactId[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<ContactId, Readonly<Record<string, readonly HistoryRow[]>>>>;
  /** These groups as they are now; null: there is none, or our key may not see it. One request. */
  fetchGroups(
    groups: readonly GroupId[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<GroupId, GroupInfo | null>>;
  /** Which of these paths there are (a contact's own and custom fields, `address_primary.…`, `phone_primary.…`), with what they hold. One request. */
  fetchFields(paths: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, FieldInfo>>;
  /** Which of these tags there are, as the site spells them. One request. */
  fetchTagNames(names: readonly string[], signal: AbortSignal): Promise<readonly string[]>;
  /**
   * What changed: contacts with history rows of the group after an id, and contacts modified since a moment, with their `modified_date`. Read to the end; several
   * reads in one request.
   */
  fetchChanges(
    group: GroupId,
    since: { readonly historyId: number; readonly modifiedAt: Instant },
    signal: AbortSignal,
  ): Promise<CivicrmChanges>;
  /** The newest 50 rows of history of the group and the interest groups, newest first, and what stands under these ids now, in whatever group. One request. */
  fetchHistoryTail(
    group: GroupId,
    ids: readonly number[],
    signal: AbortSignal,
  ): Promise<{ readonly tail: readonly TailRow[]; readonly stored: readonly TailRow[] }>;
  /** Live and trashed holders of these addresses, at most 1,000, compared in lower case. */
  fetchOwners(
    group: GroupId,
    addresses: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly OwnerRecord[]>;
  /** Into whom these trashed contacts were merged; null: not merged, as far as CiviCRM tells. */
  fetchMergedTo(
    ids: readonly ContactId[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<ContactId, ContactId | null>>;
  /** Contacts, live or trashed, that carry one of these `source` texts, with their addresses. */
  fetchBySource(
    group: GroupId,
    sources: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly (ContactRecord & { readonly source: string })[]>;
}

export interface CivicrmChanges {
  /** Contacts with new rows in the history of the group, or of an interest group, that are not ours (E25). */
  readonly inGroup: readonly ContactId[];
  /** Contacts whose row, addresses or flags may have changed. */
  readonly modified: readonly { readonly contactId: ContactId; readonly modifiedAt: Instant }[];
}

/**
 * Which of several records were written and which could not be; nothing says why but `message` (free of personal data). Whoever is in neither list was as wanted already.
 */
export interface PartialWrite {
  readonly written: readonly ContactId[];
  readonly failed: readonly { readonly contactId: ContactId; readonly message: string }[];
}

/** One address of one contact. */
export interface AddressWrite {
  readonly contactId: ContactId;
  readonly address: string;
}

/** An address to be taken away, and the one that was the best before it (rules 2.4); null: there was none. */
export interface AddressRemoval extends AddressWrite {
  readonly bestBefore: string | null;
}

/** Changes one CiviCRM site. Each method may run twice: it reads first and writes only where the row differs (durability rule 9). */
export interface CivicrmWriter {
  /** At most 100. Gives the new contact's id by `source`; those missing were not created. */
  createContacts(
    contacts: readonly NewContact[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, ContactId>>;
  /** At most 200; people who are Added already are left alone. */
  addToGroup(
    group: GroupId,
    ids: readonly ContactId[],
    mark: WriteMark,
    signal: AbortSignal,
  ): Promise<PartialWrite>;
  /** At most 200; never makes a row for somebody who has none. */
  removeFromGroup(
    group: GroupId,
    ids: readonly ContactId[],
    mark: WriteMark,
    signal: AbortSignal,
  ): Promise<PartialWrite>;
  /** Adds these addresses, as bulk-mail address each; one that the contact holds already, on hold or not, is left alone. A contact may get several. */
  addAddresses(writes: readonly AddressWrite[], signal: AbortSignal): Promise<PartialWrite>;
  /** Puts addresses on hold (bounce); one that is on hold already is left alone. */
  putOnHold(holds: readonly AddressWrite[], signal: AbortSignal): Promise<PartialWrite>;
  /** Takes addresses off hold where they bounced; one that is on hold because its holder opted out is left alone. */
  takeOffHold(holds: readonly AddressWrite[], signal: AbortSignal): Promise<PartialWrite>;
  /**
   * Takes addresses away again, each unless it has become the primary one, and gives the mark for bulk mail back to the one that had it. May run twice, and go on where
   * it was cut short.
   */
  removeAddresses(removals: readonly AddressRemoval[], signal: AbortSignal): Promise<PartialWrite>;
  /** Writes values by their paths, each contact by itself. What CiviCRM makes of them has to be read back. */
  writeFields(
    changes: readonly {
      readonly contactId: ContactId;
      readonly values: Readonly<Record<string, CivicrmValue>>;
    }[],
    signal: AbortSignal,
  ): Promise<PartialWrite>;
}
