import { isoSeconds } from '../clock.ts';
import { type Answer, type ApiContext, ok, type RoutedCall } from './api-call.ts';
import { selfLink } from './links.ts';

/** GET /ping */
export function ping(_: ApiContext, call: RoutedCall): Answer {
  return ok(call, { health_status: "Everything's Chimpy!" });
}

/** GET /: whose account this is; `account_id` is its identity (reference 1.1). */
export function getRoot({ world, base }: ApiContext, call: RoutedCall): Answer {
  const { id, name, audiences, createdAt } = call.account;
  const subscribed = [...audiences.values()].map(
    (audience) => audience.sorted('subscribed', 'last_changed').length,
  );
  return ok(call, {
    account_id: id,
    login_id: id.slice(0, 10),
    account_name: name,
    email: 'office@charity.sandbox.org',
    first_name: 'Wilma',
    last_name: 'Office',
    username: 'charity-office',
    avatar_url: '',
    role: 'owner',
    member_since: isoSeconds(createdAt),
    pricing_plan_type: 'monthly',
    first_payment: isoSeconds(createdAt),
    account_timezone: 'Europe/London',
    account_industry: 'Non-Profit',
    contact: {
      company: name,
      addr1: '12 Harbour Street',
      addr2: '',
      city: 'Bristol',
      state: '',
      zip: 'BS1 4RN',
      country: 'GB',
    },
    pro_enabled: false,
    last_login: isoSeconds(world.clock.now()),
    total_subscribers: subscribed.reduce((sum, count) => sum + count, 0),
    industry_stats: { open_rate: 0, bounce_rate: 0, click_rate: 0 },
    _links: selfLink(base(), '/', 'Root'),
  });
}
