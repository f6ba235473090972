import type { Audience } from './audience.ts';
import type { Actor, Member } from './member.ts';

/** What a webhook may be told to count (reference 7.1). */
export type EventSource = 'user' | 'admin' | 'api';

/** What happened to one member, as webhooks tell it. */
export type AudienceEvent = { readonly source: EventSource; readonly member: Readonly<Member> } & (
  | { readonly kind: 'subscribe' | 'profile' }
  | {
      readonly kind: 'unsubscribe';
      readonly action: 'unsub' | 'delete';
      readonly reason: 'manual' | 'abuse';
      readonly campaignId: string;
    }
  | { readonly kind: 'cleaned'; readonly reason: 'hard' | 'abuse'; readonly campaignId: string }
  | { readonly kind: 'upemail'; readonly oldEmail: string }
);

/** Who hears of events. */
export type Announce = (audience: Audience, event: AudienceEvent) => void;

/** GUESS: what Mailchimp does by itself (a bounce) counts as the person's doing. */
export function sourceOf(by: Actor): EventSource {
  return by === 'admin' || by === 'api' ? by : 'user';
}

/** What follows from a change of status; nothing is told of `pending`, `transactional` and (by itself) of archiving. */
export function statusEvents(
  member: Readonly<Member>,
  by: Actor,
  told: { readonly reason?: string; readonly campaignId?: string } = {},
): readonly AudienceEvent[] {
  const source = sourceOf(by);
  const campaignId = told.campaignId ?? '';
  switch (member.status) {
    case 'subscribed':
      return [{ kind: 'subscribe', source, member }];
    case 'unsubscribed': {
      const reason = told.reason === 'abuse' ? 'abuse' : 'manual';
      return [{ kind: 'unsubscribe', source, member, action: 'unsub', reason, campaignId }];
    }
    case 'cleaned':
      return [{ kind: 'cleaned', source, member, reason: 'hard', campaignId }];
    default:
      return [];
  }
}

/** Archiving and erasing: whether they are told was not established, so a setting says it. */
export function removalEvent(member: Readonly<Member>, by: Actor): AudienceEvent {
  const source = sourceOf(by);
  return { kind: 'unsubscribe', source, member, action: 'delete', reason: 'manual', campaignId: '' };
}

export const profileEvent = (member: Readonly<Member>, by: Actor): AudienceEvent => ({
  kind: 'profile',
  source: sourceOf(by),
  member,
});

/** An address change fires both (reference 7.1). */
export function addressEvents(
  member: Readonly<Member>,
  by: Actor,
  oldEmail: string,
): readonly AudienceEvent[] {
  return [{ kind: 'upemail', source: sourceOf(by), member, oldEmail }, profileEvent(member, by)];
}
