import type { Audience } from './audience.ts';
import type { MailchimpWorld } from './mailchimp-world.ts';
import type { MemberStatus } from './member.ts';
import { renderSeconds } from './render-member.ts';

interface TakenStats {
  /** Sandbox milliseconds. */
  readonly at: number;
  readonly shown: Readonly<Record<string, unknown>>;
  readonly totalContacts: number;
}

/** The `stats` of audiences, up to five minutes old like the real ones: no basis for a sync (reference 3.2). */
export class ListStats {
  readonly #world: MailchimpWorld;
  readonly #taken = new WeakMap<Audience, TakenStats>();

  constructor(world: MailchimpWorld) {
    this.#world = world;
  }

  /** As the API shows them; `total_contacts` only where it was asked for. */
  of(audience: Audience, contacts: 'counted' | 'left-out'): Readonly<Record<string, unknown>> {
    const stats = this.#fresh(audience) ?? this.#take(audience);
    return contacts === 'counted' ? { ...stats.shown, total_contacts: stats.totalContacts } : stats.shown;
  }

  #fresh(audience: Audience): TakenStats | undefined {
    const stats = this.#taken.get(audience);
    const age = stats === undefined ? Number.POSITIVE_INFINITY : this.#world.clock.now() - stats.at;
    return age < this.#world.settings.statsCacheMs ? stats : undefined;
  }

  #take(audience: Audience): TakenStats {
    const stats: TakenStats = {
      at: this.#world.clock.now(),
      shown: countedStats(audience),
      totalContacts: audience.size,
    };
    this.#taken.set(audience, stats);
    return stats;
  }
}

/** No campaign was ever sent from the sandbox, so "since send" counts from the beginning. */
function countedStats(audience: Audience): Readonly<Record<string, unknown>> {
  const subscribed = countOf(audience, 'subscribed');
  const unsubscribed = countOf(audience, 'unsubscribed');
  const cleaned = countOf(audience, 'cleaned');
  return {
    member_count: subscribed,
    unsubscribe_count: unsubscribed,
    cleaned_count: cleaned,
    member_count_since_send: subscribed,
    unsubscribe_count_since_send: unsubscribed,
    cleaned_count_since_send: cleaned,
    campaign_count: 0,
    campaign_last_sent: '',
    merge_field_count: audience.mergeFields.length,
    avg_sub_rate: 0,
    avg_unsub_rate: 0,
    target_sub_rate: 0,
    open_rate: 0,
    click_rate: 0,
    last_sub_date: lastOf(audience, 'subscribed'),
    last_unsub_date: lastOf(audience, 'unsubscribed'),
  };
}

const countOf = (audience: Audience, status: MemberStatus): number =>
  audience.sorted(status, 'last_changed').length;

const lastOf = (audience: Audience, status: MemberStatus): string =>
  renderSeconds(audience.sorted(status, 'last_changed').at(-1)?.lastChanged ?? 0);
