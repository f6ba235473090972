/** Where our row stands: to be looked at, updates under way, agreed, or cannot agree (product.md, "sync status"). */
export const SYNC_STATUSES = ['todo', 'live', 'ok', 'fail'] as const;
export type SyncStatus = (typeof SYNC_STATUSES)[number];
