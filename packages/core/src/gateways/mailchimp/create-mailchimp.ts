import { createArchiveReader } from './archive.ts';
import { createBatchReader, createBatchWriter } from './batches.ts';
import { createMailchimpClient, type MailchimpOptions } from './client.ts';
import type { MailchimpReader, MailchimpWriter } from './mailchimp.ts';
import { createMemberReader, createMemberWriter } from './members.ts';

/**
 * One Mailchimp account. Reader and writer are separate objects, so that whoever is handed the reader cannot write; they share one client and its call slots.
 * Throws `UsageError` where the key or the base URL cannot be one; sends nothing yet.
 */
export function createMailchimp(options: MailchimpOptions): {
  readonly reader: MailchimpReader;
  readonly writer: MailchimpWriter;
} {
  const client = createMailchimpClient(options);
  return {
    reader: { ...createMemberReader(client), ...createBatchReader(client), ...createArchiveReader(options) },
    writer: { ...createMemberWriter(client), ...createBatchWriter(client) },
  };
}
