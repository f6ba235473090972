/** The trashed too: without this condition they stay hidden (civicrm-recorded.md 16). */
export const TRASHED_TOO = ['is_deleted', 'IN', [false, true]] as const;
