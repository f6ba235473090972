/** What somebody may do by dashboard and API: an administrator everything, a viewer look at everything and change nothing. */
export const ROLES = ['administrator', 'viewer'] as const;
export type Role = (typeof ROLES)[number];
