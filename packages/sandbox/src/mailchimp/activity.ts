import { isoSeconds } from '../clock.ts';
import { type Answer, type ApiContext, audienceOf, memberOf, ok, type RoutedCall } from './api-call.ts';
import { selfLink } from './links.ts';
import type { StatusChange } from './member.ts';
import { cutPage, pageOf } from './query.ts';

interface Activity {
  readonly activity_type: string;
  readonly created_at_timestamp: string;
  readonly [detail: string]: unknown;
}

/** How many the older list shows. */
const MOST = 50;
const OLD_NAMES: Readonly<Record<string, string>> = { unsub: 'unsub', bounce: 'bounce' };

/** GET …/activity: the older list, without signups and without a page. */
export function getActivity({ base }: ApiContext, call: RoutedCall): Answer {
  const audience = audienceOf(call);
  const member = memberOf(call, audience);
  const wanted = (call.query.get('action') ?? '').split(',').filter((name) => name !== '');
  const activity = member.history
    .flatMap(activityOf)
    .flatMap(({ activity_type, created_at_timestamp, campaign_id }) => {
      const action = OLD_NAMES[activity_type];
      if (action === undefined || (wanted.length > 0 && !wanted.includes(action))) return [];
      const campaign = campaign_id === undefined ? {} : { campaign_id };
      return [{ action, timestamp: created_at_timestamp, title: '', ...campaign }];
    })
    .reverse()
    .slice(0, MOST);
  const path = `/lists/${audience.id}/members/${member.hash}/activity`;
  return ok(call, {
    activity,
    email_id: member.hash,
    contact_id: member.contactId,
    list_id: audience.id,
    total_items: activity.length,
    _links: selfLink(base(), path, 'Lists/Members/Activity'),
  });
}

/** GET …/activity-feed: newest first; the `unsub` entry tells an own unsubscription from an administrator's (reference 9.2, 9.3). */
export function getActivityFeed({ base }: ApiContext, call: RoutedCall): Answer {
  const audience = audienceOf(call);
  const member = memberOf(call, audience);
  const filters = (call.query.get('activity_filters') ?? '').split(',').filter((name) => name !== '');
  const activity = member.history
    .flatMap(activityOf)
    .filter(
      ({ activity_type }) => filters.length === 0 || filters.some((name) => activity_type.endsWith(name)),
    )
    .reverse();
  const path = `/lists/${audience.id}/members/${member.hash}/activity-feed`;
  return ok(call, {
    activity: cutPage(activity, pageOf(call.query)),
    email_id: member.hash,
    list_id: audience.id,
    _links: selfLink(base(), path, 'Lists/Members/ActivityFeed/Collection'),
  });
}

/** Only some changes of status leave a trace here: the API offers no status history. */
function activityOf({ at, to, by, reason, campaignId }: StatusChange): readonly Activity[] {
  const created = { created_at_timestamp: isoSeconds(at) };
  const campaign = campaignId === undefined ? {} : { campaign_id: campaignId };
  if (to === 'unsubscribed') {
    const isAdmin = by !== 'person';
    const why = { unsubscribe_reason: reason ?? '', is_admin_unsubscribed: isAdmin };
    return [{ activity_type: 'unsub', ...created, ...campaign, ...why }];
  }
  if (to === 'cleaned') return [{ activity_type: 'bounce', ...created, bounce_type: reason ?? 'hard' }];
  if (to === 'subscribed' && by === 'person')
    return [{ activity_type: 'generic_signup', ...created, signup_category: 'Hosted Signup Form' }];
  return [];
}
