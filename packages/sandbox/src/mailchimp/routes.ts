import { getActivity, getActivityFeed } from './activity.ts';
import type { Handler } from './api-call.ts';
import { deleteAudience, patchAudience, postAudience } from './audience-resource.ts';
import { deleteBatch, getBatch, listBatches, postBatch } from './batch-resource.ts';
import {
  deleteBatchWebhook,
  getBatchWebhook,
  listBatchWebhooks,
  patchBatchWebhook,
  postBatchWebhook,
} from './batch-webhook-resource.ts';
import { postMembers } from './bulk-members.ts';
import {
  deleteCategory,
  deleteInterest,
  getCategory,
  getInterest,
  listCategories,
  listInterests,
  patchCategory,
  patchInterest,
  postCategory,
  postInterest,
} from './interest-groups.ts';
import { listMembers } from './list-members.ts';
import { getAudience, listAudiences } from './lists.ts';
import {
  deleteMember,
  deleteMemberPermanently,
  getMember,
  patchMember,
  postMember,
  putMember,
} from './members.ts';
import {
  deleteMergeField,
  getMergeField,
  listMergeFields,
  patchMergeField,
  postMergeField,
} from './merge-fields.ts';
import { getRoot, ping } from './root.ts';
import { searchMembers } from './search-members.ts';
import {
  deleteSegmentMember,
  listSegmentMembers,
  postSegmentMember,
  postSegmentMembers,
} from './segment-members.ts';
import { deleteSegment, getSegment, listSegments, patchSegment, postSegment } from './segments.ts';
import { getMemberTags, postMemberTags, searchTags } from './tags.ts';
import { deleteWebhook, getWebhook, listWebhooks, patchWebhook, postWebhook } from './webhook-resource.ts';

type Methods = Readonly<Partial<Record<'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', Handler>>>;

const LIST = '/lists/:list_id';
const MEMBER = `${LIST}/members/:subscriber_hash`;
const SEGMENT = `${LIST}/segments/:segment_id`;
const CATEGORY = `${LIST}/interest-categories/:interest_category_id`;

/** Every URL of the API that the sandbox serves, below `/3.0`. */
export const ROUTES: Readonly<Record<string, Methods>> = {
  '/': { GET: getRoot },
  '/ping': { GET: ping },
  '/search-members': { GET: searchMembers },
  '/batches': { GET: listBatches, POST: postBatch },
  '/batches/:batch_id': { GET: getBatch, DELETE: deleteBatch },
  '/batch-webhooks': { GET: listBatchWebhooks, POST: postBatchWebhook },
  '/batch-webhooks/:batch_webhook_id': {
    GET: getBatchWebhook,
    PATCH: patchBatchWebhook,
    DELETE: deleteBatchWebhook,
  },
  '/lists': { GET: listAudiences, POST: postAudience },
  [LIST]: { GET: getAudience, POST: postMembers, PATCH: patchAudience, DELETE: deleteAudience },
  [`${LIST}/members`]: { GET: listMembers, POST: postMember },
  [MEMBER]: { GET: getMember, PUT: putMember, PATCH: patchMember, DELETE: deleteMember },
  [`${MEMBER}/actions/delete-permanent`]: { POST: deleteMemberPermanently },
  [`${MEMBER}/tags`]: { GET: getMemberTags, POST: postMemberTags },
  [`${MEMBER}/activity`]: { GET: getActivity },
  [`${MEMBER}/activity-feed`]: { GET: getActivityFeed },
  [`${LIST}/webhooks`]: { GET: listWebhooks, POST: postWebhook },
  [`${LIST}/webhooks/:webhook_id`]: { GET: getWebhook, PATCH: patchWebhook, DELETE: deleteWebhook },
  [`${LIST}/tag-search`]: { GET: searchTags },
  [`${LIST}/merge-fields`]: { GET: listMergeFields, POST: postMergeField },
  [`${LIST}/merge-fields/:merge_id`]: {
    GET: getMergeField,
    PATCH: patchMergeField,
    DELETE: deleteMergeField,
  },
  [`${LIST}/segments`]: { GET: listSegments, POST: postSegment },
  [SEGMENT]: { GET: getSegment, PATCH: patchSegment, DELETE: deleteSegment, POST: postSegmentMembers },
  [`${SEGMENT}/members`]: { GET: listSegmentMembers, POST: postSegmentMember },
  [`${SEGMENT}/members/:subscriber_hash`]: { DELETE: deleteSegmentMember },
  [`${LIST}/interest-categories`]: { GET: listCategories, POST: postCategory },
  [CATEGORY]: { GET: getCategory, PATCH: patchCategory, DELETE: deleteCategory },
  [`${CATEGORY}/interests`]: { GET: listInterests, POST: postInterest },
  [`${CATEGORY}/interests/:interest_id`]: {
    GET: getInterest,
    PATCH: patchInterest,
    DELETE: deleteInterest,
  },
};
