import type { StaysBecause } from '../domain/stays-because.ts';

/** What an undoing leaves as it is, to be read after how many, of one and of several. A reason without words does not compile. */
export const STAYS_WORDS: Readonly<Record<StaysBecause, readonly [one: string, several: string]>> = {
  'changed-since': [
    'change stays, because somebody or a later run has changed it since',
    'changes stay, because somebody or a later run has changed them since',
  ],
  'own-will': [
    'person stays out, because they left by their own will, and nobody is brought back against that',
    'people stay out, because they left by their own will, and nobody is brought back against that',
  ],
  'not-in': [
    'interest, field or tag stays, because the person is not subscribed any more, and nothing is written to who is out',
    'interests, fields or tags stay, because the people are not subscribed any more, and nothing is written to who is out',
  ],
  'not-paired': [
    'interest, field or tag stays, because it is not kept the same any more',
    'interests, fields or tags stay, because they are not kept the same any more',
  ],
  'unknown-before': [
    'change stays, because nobody knows what was there before',
    'changes stay, because nobody knows what was there before',
  ],
  'asked-once': [
    'ask that was taken back stays so, because asking again would be a second mail for the same act',
    'asks that were taken back stay so, because asking again would be a second mail for the same act',
  ],
  erased: [
    'member was permanently deleted at Mailchimp, and cannot be brought back',
    'members were permanently deleted at Mailchimp, and cannot be brought back',
  ],
  'mail-sent': ['ask is taken back, but its mail was sent', 'asks are taken back, but their mails were sent'],
  'contact-kept': [
    'contact that was made is taken out of the group and stays in CiviCRM; delete it there if it is not wanted',
    'contacts that were made are taken out of the group and stay in CiviCRM; delete them there if they are not wanted',
  ],
  'came-along': [
    'subscription brought interests, fields or tags along, which stay with the unsubscribed member',
    'subscriptions brought interests, fields or tags along, which stay with the unsubscribed members',
  ],
};
