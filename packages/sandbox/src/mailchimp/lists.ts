import { isoSeconds } from '../clock.ts';
import type { Account } from './account.ts';
import { type Answer, type ApiContext, audienceOf, ok, type RoutedCall } from './api-call.ts';
import type { Audience } from './audience.ts';
import { listLinks, selfLink } from './links.ts';
import { cutPage, isTrue, oneOf, pageOf, secondsOf } from './query.ts';

/** How many audiences an account may hold, as `constraints` says. */
const MOST_AUDIENCES = 100;

/** GET /lists (reference 3.2) */
export function listAudiences(context: ApiContext, call: RoutedCall): Answer {
  const found = findAudiences(call.account, call.query);
  const contacts = isTrue(call.query, 'include_total_contacts') ? 'counted' : 'left-out';
  const current = call.account.audiences.size;
  return ok(call, {
    lists: cutPage(found, pageOf(call.query)).map((audience) =>
      renderAudience(context, call.account, audience, contacts),
    ),
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
  return ok(call, renderAudience(context, call.account, audienceOf(call), contacts));
}

function findAudiences({ audiences }: Account, query: URLSearchParams): readonly Audience[] {
  const since = secondsOf(query, 'since_date_created') ?? Number.NEGATIVE_INFINITY;
  const before = secondsOf(query, 'before_date_created') ?? Number.POSITIVE_INFINITY;
  const email = query.get('email');
  const found = [...audiences.values()].filter((audience) => {
    const created = Math.floor(audience.createdAt / 1000);
    return created > since && created < before && (email === null || audience.find(email) !== undefined);
  });
  return oneOf(query, 'sort_dir', ['ASC', 'DESC'] as const) === 'DESC' ? found.reverse() : found;
}

function renderAudience(
  { stats, base }: ApiContext,
  account: Account,
  audience: Audience,
  contacts: 'counted' | 'left-out',
): unknown {
  const { id, webId, name, doubleOptIn, createdAt } = audience;
  return {
    id,
    web_id: webId,
    name,
    contact: {
      company: account.name,
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
      from_name: account.name,
      from_email: 'news@charity.sandbox.org',
      subject: '',
      language: 'en',
    },
    notify_on_subscribe: '',
    notify_on_unsubscribe: '',
    date_created: isoSeconds(createdAt),
    list_rating: 3,
    email_type_option: false,
    subscribe_url_short: `https://eepurl.sandbox.org/${id}`,
    subscribe_url_long: `https://charity.sandbox.org/subscribe?u=${account.id}&id=${id}`,
    beamer_address: `${account.dataCentre}-${id}@inbound.sandbox.org`,
    visibility: 'prv',
    double_optin: doubleOptIn,
    has_welcome: false,
    marketing_permissions: false,
    modules: [],
    stats: stats.of(audience, contacts),
    _links: listLinks(base(), id),
  };
}
