import { ContactTable } from './contact-table.ts';
import { DetailTable } from './detail-table.ts';
import { EmailTable } from './email-table.ts';
import { EntityTagTable } from './entity-tag-table.ts';
import { GroupContactTable } from './group-contact-table.ts';
import { HistoryTable } from './history-table.ts';
import { IdTable } from './id-table.ts';
import type {
  ActivityContactRow,
  ActivityRow,
  AddressRow,
  CustomFieldRow,
  CustomGroupRow,
  GroupRow,
  PhoneRow,
  SavedSearchRow,
  TagRow,
} from './rows.ts';

/** The tables of one CiviCRM. They keep indexes and know no rule; contacts.ts and its neighbours hold the rules. */
export class CivicrmTables {
  readonly contacts = new ContactTable();
  readonly emails = new EmailTable();
  readonly addresses = new DetailTable<AddressRow>();
  readonly phones = new DetailTable<PhoneRow>();
  readonly tags = new IdTable<TagRow>();
  readonly entityTags = new EntityTagTable();
  readonly customGroups = new IdTable<CustomGroupRow>();
  readonly customFields = new IdTable<CustomFieldRow>();
  readonly groups = new IdTable<GroupRow>();
  readonly savedSearches = new IdTable<SavedSearchRow>();
  readonly groupContacts = new GroupContactTable();
  readonly history = new HistoryTable();
  readonly activities = new IdTable<ActivityRow>();
  readonly activityContacts = new IdTable<ActivityContactRow>();
}
