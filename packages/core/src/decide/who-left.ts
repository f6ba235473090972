import type { Leaver, MailchimpFacts } from '../domain/facts.ts';

/** Group removals that a person made with their own hand: a link in a mail, a form (rules 2.1, 2.3, I2). */
export const isOwnWill = (method: string | null): boolean => method === 'Email' || method === 'Web';

/** What tells who took a member out. */
type Seen = Pick<
  MailchimpFacts,
  'status' | 'unsubscribeReason' | 'everSubscribed' | 'statusBefore' | 'leftByOwnWill' | 'ownWrite'
>;

/**
 * Who took this member out (rules 2.3); null where they are not out. *By us* = our own last settled write made it so and no other status was seen since; it
 * still counts as the person where it carried out their own removal, where they were never seen subscribed, or where they had unsubscribed themselves before
 * we archived them. What is not provably us or an administrator is the person: Mailchimp tells no more than that (mailchimp-api.md 9.3).
 */
export function whoLeft(member: Seen): Leaver | null {
  const isOut = member.status === 'unsubscribed' || member.status === 'archived';
  if (isOut && member.leftByOwnWill) return 'person';
  if (member.status === 'unsubscribed') return whoUnsubscribed(member);
  if (member.status === 'archived') return whoArchived(member);
  return null;
}

function whoUnsubscribed(member: Seen): Leaver {
  // Who opted in and out again between two looks has the same status, and words of their own.
  const isPlain = member.unsubscribeReason === '' || member.unsubscribeReason.startsWith('N/A');
  if (isPlain && member.ownWrite?.status === 'unsubscribed') return forWhom(member);
  return member.unsubscribeReason.startsWith('N/A') ? 'administrator' : 'person';
}

/** Mailchimp hides what an archived member was before (mailchimp-api.md 4.2), so what we saw before counts; having seen nothing, it is the person. */
function whoArchived(member: Seen): Leaver {
  if (member.ownWrite?.status === 'archived') return forWhom(member);
  return member.statusBefore === 'subscribed' ? 'administrator' : 'person';
}

function forWhom(member: Seen): Leaver {
  const byTheirOwnWill = isOwnWill(member.ownWrite?.removalMethod ?? null);
  return byTheirOwnWill || !member.everSubscribed ? 'person' : 'us';
}
