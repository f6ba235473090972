import type { Db } from './db.ts';

/**
 * Tells PostgreSQL how large the tables are that a run has just filled. It finds out by itself, but only after a minute, and plans the joins that follow as if they were
 * empty until then: a first sync of 100,000 people would take hours instead of seconds. Of members only what is searched and joined by is looked at: the whole rows take a
 * second. Cheap; may run at any time.
 */
export async function refreshStatistics(db: Db): Promise<void> {
  await db.$executeRaw`ANALYZE members (connection_id, address_key, mailchimp_contact_id, contact_id, mailchimp_status, sync_status), fetched_members, fetched_contacts, fetched_addresses`;
}
