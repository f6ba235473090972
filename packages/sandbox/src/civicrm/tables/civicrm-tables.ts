import { ContactTable } from './contact-table.ts';
import { EmailTable } from './email-table.ts';
import { GroupContactTable } from './group-contact-table.ts';
import { HistoryTable } from './history-table.ts';
import { IdTable } from './id-table.ts';
import type { ActivityContactRow, ActivityRow, GroupRow, SavedSearchRow } from './rows.ts';

/** The tables of one CiviCRM. They keep indexes and know no rule; contacts.ts and its neighbours hold the rules. */
export class CivicrmTables {
  readonly contacts = new ContactTable();
  readonly emails = new EmailTable();
  readonly groups = new IdTable<GroupRow>();
  readonly savedSearches = new IdTable<SavedSearchRow>();
  readonly groupContacts = new GroupContactTable();
  readonly history = new HistoryTable();
  readonly activities = new IdTable<ActivityRow>();
  readonly activityContacts = new IdTable<ActivityContactRow>();
}
