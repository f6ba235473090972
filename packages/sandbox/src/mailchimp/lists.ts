import { isoSeconds } from '../clock.ts';
import type { Account } from './account.ts';
import { type Answer, type ApiContext, audienceOf, ok, type RoutedCall } from './api-call.ts';
import type { Audience } from './audience.ts';
import { listLinks, selfLink } from './links.ts';
import { cutPage, isTrue, oneOf, pageOf, secondsOf } from './query.ts';

/** What an audience is like that nobody said more of. */
const DETAILS = {
  contact: {
    company: 'Sandbox Charity',
    address1: '12 Harbour Street',
    address2: '',
    city: 'Bristol',
    state: '',
    zip: 'BS1 4RN',
    country: 'GB',
    phone: '',
  },
  permission_reminder: 'You asked for our news on our website.',
  use_archive_bar: true,
  campaign_defaults: {
    from_name: 'Sandbox Charity',
    from_email: 'news@charity.sandbox.org',
    subject: '',
    language: 'en',
  },
  notify_on_subscribe: '',
  notify_on_unsubscribe: '',
  email_type_option: false,
  marketing_permissions: false,
} as const;

/** How many audiences an account may hold, as `constraints` says. */
export const MOST_AUDIENCES = 100;

/** GET /lists (reference 3.2) */
export function listAudiences(context: ApiContext, call: RoutedCall): Answer {
  const found = findAudiences(call.account, call.query);
  const contacts = isTrue(call.query, 'include_total_contacts') ? 'counted' : 'left-out';
  const current = call.account.audiences.size;
  return ok(call, {
    lists: cutPage(found, pageOf(call.query)).map((audience) => renderAudience(context, audience, contacts)),
    total_items: found.length,
    constraints: {
      may_create: current < MOST_AUDIENCES,
      max_instances: MOST_AUDIENCES,
      current_total_instances: current,
    },
    _links: selfLink(context.base(), '/lists', 'Lists/Collection'),
  });
}

/** GET /lists/{list_id} */
export function getAudience(context: ApiContext, call: RoutedCall): Answer {
  const contacts = isTrue(call.query, 'include_total_contacts') ? 'counted' : 'left-out';
  return ok(call, renderAudience(context, audienceOf(call), contacts));
}

function findAudiences({ audiences }: Account, query: URLSearchParams): readonly Audience[] {
  const since = secondsOf(query, 'since_date_created') ?? Number.NEGATIVE_INFINITY;
  const before = secondsOf(query, 'before_date_created') ?? Number.POSITIVE_INFINITY;
  const email = query.get('email');
  // No campaign was ever sent from here, and there is no shop.
  const wantsSent = secondsOf(query, 'since_campaign_last_sent') !== undefined;
  if (wantsSent || isTrue(query, 'has_ecommerce_store')) return [];
  const found = [...audiences.values()].filter((audience) => {
    const created = Math.floor(audience.createdAt / 1000);
    return created > since && created < before && (email === null || audience.find(email) !== undefined);
  });
  oneOf(query, 'sort_field', ['date_created'] as const);
  return oneOf(query, 'sort_dir', ['ASC', 'DESC'] as const) === 'DESC' ? found.reverse() : found;
}

export function renderAudience(
  { stats, base }: ApiContext,
  audience: Audience,
  contacts: 'counted' | 'left-out',
): unknown {
  const { id, webId, name, doubleOptIn, createdAt } = audience;
  return {
    id,
    web_id: webId,
    name,
    ...DETAILS,
    ...audience.details,
    date_created: isoSeconds(createdAt),
    list_rating: 3,
    subscribe_url_short: `https://eepurl.sandbox.org/${id}`,
    subscribe_url_long: `https://charity.sandbox.org/subscribe?id=${id}`,
    beamer_address: `us6-${id}@inbound.sandbox.org`,
    visibility: 'prv',
    double_optin: doubleOptIn,
    has_welcome: false,
    modules: [],
    stats: stats.of(audience, contacts),
    _links: listLinks(base(), id),
  };
}
