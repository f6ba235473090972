import { z } from 'zod';

/** The line that a sandbox tells when it answers: where both systems are, with which keys, and whom it made up. */
export const announcementSchema = z.object({
  control: z.string(),
  mailchimp: z.object({ baseUrl: z.string(), apiKey: z.string() }),
  civicrm: z.object({ url: z.string(), apiKey: z.string() }),
  listId: z.string(),
  groupId: z.number(),
  interests: z.array(z.object({ interestId: z.string(), groupId: z.number() })),
});
export type Announcement = z.infer<typeof announcementSchema>;
