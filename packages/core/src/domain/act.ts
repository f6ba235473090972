/** What somebody can do by the dashboard or the API, and that is kept with who did it. */
export const ACT_KINDS = [
  'site-added',
  'account-added',
  'connection-added',
  'connection-removed',
  'policies-changed',
  'sync-started',
  'plan-started',
  'person-synced',
  'run-approved',
  'run-rejected',
  'run-aborted',
  'connection-paused',
  'connection-resumed',
  'writing-stopped',
  'writing-allowed',
  'people-exported',
  'user-invited',
  'user-joined',
  'user-role-changed',
  'user-removed',
] as const;
export type ActKind = (typeof ACT_KINDS)[number];
