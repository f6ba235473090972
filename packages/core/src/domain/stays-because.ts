/**
 * What an undoing leaves as it is, and why. `changed-since`: somebody, or a later run, has changed it. `own-will`: the person left by their own will, and nobody brings them
 * back. `not-in`: they are out now, and nothing is written to who is out. `not-paired`: an interest, a field or a tag that is not kept the same any more. `unknown-before`: nobody
 * knows what was there. `asked-once`: an ask was taken back, and asking again would be a second mail for one act. `erased`: permanently deleted. `mail-sent`, `contact-kept`,
 * `came-along`: what stays of a change that is put back: the mail of an ask, a contact that was made, the interests and values that a subscription brought along.
 */
export const STAYS_BECAUSE = [
  'changed-since',
  'own-will',
  'not-in',
  'not-paired',
  'unknown-before',
  'asked-once',
  'erased',
  'mail-sent',
  'contact-kept',
  'came-along',
] as const;
export type StaysBecause = (typeof STAYS_BECAUSE)[number];
