import { getActivityFeed } from './activity.ts';
import type { Handler } from './api-call.ts';
import { deleteBatch, getBatch, listBatches, postBatch } from './batch-resource.ts';
import { postMembers } from './bulk-members.ts';
import {
  deleteInterest,
  getCategory,
  getInterest,
  listCategories,
  listInterests,
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
import { getMergeField, listMergeFields, postMergeField } from './merge-fields.ts';
import { getRoot, ping } from './root.ts';
import { searchMembers } from './search-members.ts';
import { getMemberTags, postMemberTags, searchTags } from './tags.ts';

type Methods = Readonly<Partial<Record<'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', Handler>>>;

const LIST = '/lists/:list_id';
const MEMBER = `${LIST}/members/:subscriber_hash`;
const CATEGORY = `${LIST}/interest-categories/:interest_category_id`;

/** Every URL of the API that the sandbox serves, below `/3.0`. */
export const ROUTES: Readonly<Record<string, Methods>> = {
  '/': { GET: getRoot },
  '/ping': { GET: ping },
  '/search-members': { GET: searchMembers },
  '/batches': { GET: listBatches, POST: postBatch },
  '/batches/:batch_id': { GET: getBatch, DELETE: deleteBatch },
  '/lists': { GET: listAudiences },
  [LIST]: { GET: getAudience, POST: postMembers },
  [`${LIST}/members`]: { GET: listMembers, POST: postMember },
  [MEMBER]: { GET: getMember, PUT: putMember, PATCH: patchMember, DELETE: deleteMember },
  [`${MEMBER}/actions/delete-permanent`]: { POST: deleteMemberPermanently },
  [`${MEMBER}/tags`]: { GET: getMemberTags, POST: postMemberTags },
  [`${MEMBER}/activity-feed`]: { GET: getActivityFeed },
  [`${LIST}/tag-search`]: { GET: searchTags },
  [`${LIST}/merge-fields`]: { GET: listMergeFields, POST: postMergeField },
  [`${LIST}/merge-fields/:merge_id`]: { GET: getMergeField },
  [`${LIST}/interest-categories`]: { GET: listCategories, POST: postCategory },
  [CATEGORY]: { GET: getCategory },
  [`${CATEGORY}/interests`]: { GET: listInterests, POST: postInterest },
  [`${CATEGORY}/interests/:interest_id`]: { GET: getInterest, DELETE: deleteInterest },
};
