import type { Visit } from '../visit.ts';

/** What was just done, told by the page that comes after it. The address carries the code alone. */
const SAID = {
  'sync-started': 'The sync has started.',
  'plan-started': 'The plan is being made. Nothing is written to either system.',
  'person-asked': 'They are synced now. Load the page again in a moment to see what came of it.',
  paused: 'The connection is paused. What is at Mailchimp already is still settled.',
  resumed: 'The connection may run again.',
  aborted: 'The run was aborted. What is at Mailchimp already is still settled.',
  'nothing-running': 'Nothing was running.',
  approved: 'Approved. It is being applied.',
  rejected: 'Rejected. Nothing of it is proposed again until one of its facts changes.',
  'policies-changed': 'The policies were changed. They count from the next run on.',
  paired: 'Paired. The next sync reads both sides whole.',
  unpaired: 'It is not kept the same any more. Nothing was changed on either side.',
  'site-added': 'The site was added.',
  'account-added': 'The account was added.',
  'writing-stopped': 'All writing to both systems is stopped.',
  'writing-allowed': 'Writing is allowed again.',
  'password-changed': 'Your password was changed. All other browsers were signed out.',
  'session-ended': 'That browser was signed out.',
  'token-revoked': 'The token was revoked.',
  'role-changed': 'The role was changed.',
  'user-removed': 'They were removed, and signed out everywhere.',
  'user-signed-out': 'They were signed out everywhere.',
  'invitation-withdrawn': 'The invitation was withdrawn.',
  'connection-removed': 'The connection was removed, with everything that was known of its people.',
} as const;
export type SaidCode = keyof typeof SAID;

/** The path of a page that is to tell what was done. */
export const saying = (path: string, code: SaidCode): string =>
  `${path}${path.includes('?') ? '&' : '?'}said=${code}`;

export function Said({ visit }: { readonly visit: Visit }) {
  const code = visit.request.query['said'];
  const text = Object.entries(SAID).find(([known]) => known === code)?.[1];
  return text === undefined ? null : (
    <p class="notice good" role="status">
      {text}
    </p>
  );
}
