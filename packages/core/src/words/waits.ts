import type { Wait } from '../domain/decision.ts';

/** Why nothing is written for somebody now though nothing is wrong, in a sentence. A reason without words does not compile. */
export const WAIT_WORDS: Readonly<Record<Wait['why'], string>> = {
  submitted: 'A change for them is at Mailchimp. What comes next is decided when its outcome is known.',
  asked: 'Mailchimp has asked them to confirm. They are in as soon as they do; nothing is to be done.',
  'not-our-ask':
    'They have signed up at Mailchimp and not confirmed yet. Until they do, CiviCRM is left as it is.',
  unconfirmed: 'Their membership of the group is not confirmed in CiviCRM. Add them or remove them there.',
  unlisted: 'The rules have no line for this case. Please report it with what both sides say.',
  'stands-by':
    'Another address or contact of theirs speaks for this one, and nothing is written for that one: they are asked, refused, or cannot be agreed.',
  yields: 'Another address or contact of theirs speaks for this one; the next sync looks again.',
  'rejected-plan':
    'Somebody rejected this change in a plan. It is proposed again when one of the facts changes.',
  relink: 'Their contact was merged into another one; the next sync follows it there.',
};
