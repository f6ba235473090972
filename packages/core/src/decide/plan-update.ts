import type { Write } from '../domain/decision.ts';
import { subscriberHash } from '../domain/email.ts';
import type { MemberStatus } from '../domain/facts.ts';
import type { PlannedUpdate } from '../domain/update.ts';

/** The Mailchimp member that a write is for, as it stands; null: there is none yet. */
export interface Target {
  readonly id: string;
  readonly address: string;
  readonly status: MemberStatus;
}

/** From a write to calls (rules 2.2, 2.3); null for writes to CiviCRM. */
export function planUpdate(write: Write, target: Target | null): PlannedUpdate | null {
  switch (write.kind) {
    case 'subscribe':
      return planSubscribing(write, target);
    case 'remove-at-mailchimp':
      return planRemoval(write, target);
    case 'change-address':
      return {
        kind: 'move',
        calls: [{ kind: 'patch', key: write.target, body: { email_address: write.address } }],
        wantedStatus: 'subscribed',
      };
    default:
      return null;
  }
}

/**
 * 2.3. One who is not there gets a PUT with `status_if_new` only, so that one who is there after all is left alone; one who is there is brought back under the
 * address that Mailchimp has, so that nothing else about them changes.
 */
function planSubscribing(
  { how, address, isAsk }: Extract<Write, { kind: 'subscribe' }>,
  target: Target | null,
): PlannedUpdate {
  const status = how === 'pending' ? 'pending' : 'subscribed';
  const isThere =
    how !== 'if-new' && target !== null && target.status !== 'absent' && target.status !== 'gone';
  const call = isThere
    ? ({ kind: 'put', key: target.id, body: { email_address: target.address, status } } as const)
    : ({
        kind: 'put',
        key: subscriberHash(address),
        body: { email_address: address, status_if_new: status },
      } as const);
  return { kind: isAsk ? 'ask' : 'subscribe', calls: [call], wantedStatus: status };
}

/** 2.2: by PATCH or DELETE on the `contact_id`; a PUT would re-create one who is gone. Somebody pending is unsubscribed before they are archived. */
function planRemoval(
  { how, target: key }: Extract<Write, { kind: 'remove-at-mailchimp' }>,
  target: Target | null,
): PlannedUpdate {
  const unsubscribe = { kind: 'patch', key, body: { status: 'unsubscribed' } } as const;
  const archive = { kind: 'archive', key } as const;
  switch (how) {
    case 'unsubscribe':
    case 'withdraw':
      return { kind: how, calls: [unsubscribe], wantedStatus: 'unsubscribed' };
    case 'archive':
      return {
        kind: how,
        calls: target?.status === 'pending' ? [unsubscribe, archive] : [archive],
        wantedStatus: 'archived',
      };
    case 'erase':
      // Not documented to take a contact_id (mailchimp-api.md 3.4).
      return { kind: how, calls: [{ kind: 'delete-permanent', key: target?.id ?? key }], wantedStatus: null };
  }
}
