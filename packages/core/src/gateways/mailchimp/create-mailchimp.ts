import { createArchiveReader } from './archive.ts';
import { createAudienceFieldReader } from './audience-fields.ts';
import { createBatchReader, createBatchWriter } from './batches.ts';
import { createMailchimpClient, type MailchimpOptions } from './client.ts';
import type { MailchimpReader, MailchimpWriter } from './mailchimp.ts';
import { createMemberReader, createMemberWriter } from './members.ts';
import type { MemberView } from './profile.ts';

/**
 * One Mailchimp account. Reader and writer are separate objects, so that whoever is handed the reader cannot write; they share one client and its call slots.
 * `view`: what is read of each member besides their status; nothing if not said. Throws `UsageError` where the key or the base URL cannot be one; sends nothing yet.
 */
export function createMailchimp(options: MailchimpOptions & { readonly view?: MemberView }): {
  readonly reader: MailchimpReader;
  readonly writer: MailchimpWriter;
} {
  const client = createMailchimpClient(options);
  return {
    reader: {
      ...createMemberReader(client, options.view),
      ...createAudienceFieldReader(client),
      ...createBatchReader(client),
      ...createArchiveReader(options),
    },
    writer: { ...createMemberWriter(client, options.view), ...createBatchWriter(client) },
  };
}
