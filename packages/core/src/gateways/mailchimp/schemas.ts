import { z } from 'zod';

/** What Mailchimp says of one member, as far as we ask for it. Unset dates are empty strings (mailchimp-api.md 3.1, 3.4). */
export const memberSchema = z.object({
  id: z.string().min(1),
  contact_id: z.string().min(1),
  email_address: z.string(),
  status: z.string(),
  last_changed: z.string(),
  timestamp_opt: z.string(),
  timestamp_signup: z.string().optional(),
  // There only while unsubscribed.
  unsubscribe_reason: z.string().nullish(),
  merge_fields: z.record(z.string(), z.unknown()).optional(),
  // Absent where the audience has none.
  interests: z.record(z.string(), z.boolean()).optional(),
  tags: z.array(z.object({ name: z.string() })).optional(),
  tags_count: z.int().optional(),
});
export type ApiMember = z.infer<typeof memberSchema>;

export const memberPageSchema = z.object({ members: z.array(memberSchema), total_items: z.int().min(0) });

export const totalSchema = z.object({ total_items: z.int().min(0) });

export const accountSchema = z.object({ account_id: z.string().min(1), account_name: z.string() });

export const audienceSchema = z.object({ id: z.string().min(1), name: z.string() });

export const mergeFieldPageSchema = z.object({
  merge_fields: z.array(
    z.object({
      tag: z.string(),
      type: z.enum([
        'text',
        'number',
        'address',
        'phone',
        'date',
        'url',
        'imageurl',
        'radio',
        'dropdown',
        'birthday',
        'zip',
      ]),
      options: z.object({ choices: z.array(z.string()).optional() }).optional(),
    }),
  ),
});

export const categoryPageSchema = z.object({
  categories: z.array(z.object({ id: z.string().min(1), title: z.string() })),
});

export const interestPageSchema = z.object({
  interests: z.array(z.object({ id: z.string().min(1), name: z.string() })),
});

export const memberInterestsSchema = z.object({
  members: z.array(
    z.object({ contact_id: z.string(), interests: z.record(z.string(), z.boolean()).optional() }),
  ),
});

/** A batch (mailchimp-api.md 6.1). Unset dates and URLs are empty strings. */
export const batchSchema = z.object({
  id: z.string().min(1),
  status: z.enum(['pending', 'preprocessing', 'started', 'finalizing', 'finished']),
  total_operations: z.int(),
  finished_operations: z.int(),
  errored_operations: z.int(),
  submitted_at: z.string(),
  response_body_url: z.string(),
});
export type ApiBatch = z.infer<typeof batchSchema>;

export const batchPageSchema = z.object({ batches: z.array(batchSchema), total_items: z.int().min(0) });

/** A problem document. Everything but the status may be missing; it may itself be missing from a document that is cut down (mailchimp-api.md 1.2). */
export const problemSchema = z
  .object({
    type: z.string().optional(),
    title: z.string().optional(),
    status: z.int().optional(),
    detail: z.string().optional(),
    instance: z.string().optional(),
  })
  .refine(({ title, status }) => title !== undefined || status !== undefined);

/** One line of a result archive (mailchimp-api.md 6.2); `response` is JSON inside a string. */
export const operationResultSchema = z.object({
  status_code: z.int(),
  operation_id: z.string().nullish(),
  response: z.string().nullish(),
});
