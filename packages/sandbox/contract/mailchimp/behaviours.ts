import type { Behaviour } from './behaviour.ts';
import { ACCESS } from './behaviours/access.ts';
import { ACTIVITY } from './behaviours/activity.ts';
import { ADDRESSES } from './behaviours/addresses.ts';
import { AUDIENCES } from './behaviours/audiences.ts';
import { BATCH_WEBHOOKS } from './behaviours/batch-webhooks.ts';
import { BATCHES } from './behaviours/batches.ts';
import { BULK } from './behaviours/bulk.ts';
import { FIELDS } from './behaviours/fields.ts';
import { GROUPS } from './behaviours/groups.ts';
import { LIMITS } from './behaviours/limits.ts';
import { MEMBER_LISTS } from './behaviours/member-lists.ts';
import { MEMBER_OBJECTS } from './behaviours/member-objects.ts';
import { TAGS } from './behaviours/tags.ts';
import { WEBHOOK_DELIVERIES } from './behaviours/webhook-deliveries.ts';
import { WEBHOOKS } from './behaviours/webhooks.ts';
import { WRITING } from './behaviours/writing.ts';

/** Everything that is checked of mailchimp-api.md besides the table of 4.2 and the faults, in its order. */
export const BEHAVIOURS: readonly Behaviour[] = [
  ...ACCESS,
  ...LIMITS,
  ...AUDIENCES,
  ...MEMBER_LISTS,
  ...MEMBER_OBJECTS,
  ...WRITING,
  ...ADDRESSES,
  ...BULK,
  ...BATCHES,
  ...WEBHOOKS,
  ...WEBHOOK_DELIVERIES,
  ...BATCH_WEBHOOKS,
  ...GROUPS,
  ...FIELDS,
  ...TAGS,
  ...ACTIVITY,
];
