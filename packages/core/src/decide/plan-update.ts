import { isForMailchimp, type MailchimpWrite, type Write } from '../domain/decision.ts';
import { subscriberHash } from '../domain/email.ts';
import { isThere, type MemberStatus } from '../domain/facts.ts';
import type { MailchimpContactId } from '../domain/ids.ts';
import type { MemberCall } from '../domain/mailchimp-call.ts';
import type { ProfileWrite } from '../domain/profile.ts';
import type { PlannedUpdate } from '../domain/update.ts';

/** The Mailchimp member that a write is for, as it stands; null: there is none yet. */
export interface Target {
  readonly id: string;
  readonly address: string;
  readonly status: MemberStatus;
}

/**
 * From a decision's writes to calls (rules 2.2, 2.3); those to CiviCRM need none. A member has one update at a time (rules section 8), so a change of address takes interests,
 * fields and tags along. `findTarget` gives a member as it stands.
 */
export function planUpdates(
  writes: readonly Write[],
  findTarget: (target: MailchimpContactId) => Target | null,
): readonly PlannedUpdate[] {
  const ours = writes.filter(isForMailchimp);
  const move = ours.find(({ kind }) => kind === 'change-address');
  const profile = ours.flatMap((write) => (write.kind === 'update-member' ? write.profile : []))[0];
  return ours.flatMap((write) => {
    if (move !== undefined && write.kind === 'update-member') return [];
    const target = write.target === null ? null : findTarget(write.target);
    return planUpdate(write, target, profile) ?? [];
  });
}

function planUpdate(
  write: MailchimpWrite,
  target: Target | null,
  profile: ProfileWrite | undefined,
): PlannedUpdate | null {
  switch (write.kind) {
    case 'subscribe':
      return planSubscribing(write, target);
    case 'remove-at-mailchimp':
      return planRemoval(write, target);
    case 'change-address':
      return planMove(write, profile);
    case 'update-member':
      return planProfile(write, target);
  }
}

/** A2: afterwards they have another hash. */
function planMove(
  { target: key, address }: Extract<Write, { kind: 'change-address' }>,
  profile: ProfileWrite | undefined,
): PlannedUpdate {
  const more = profile === undefined ? {} : bodyOf(profile);
  const tags = profile === undefined ? [] : tagCalls(profile, subscriberHash(address));
  const patch = { kind: 'patch', key, body: { email_address: address, ...more } } as const;
  return { kind: 'move', calls: [patch, ...tags], wantedStatus: 'subscribed' };
}

/**
 * 2.3. One who is not there gets a PUT with `status_if_new` only, so that one who is there after all is left alone; one who is there is brought back under the
 * address that Mailchimp has, so that nothing else about them changes.
 */
function planSubscribing(
  { how, address, isAsk, profile }: Extract<Write, { kind: 'subscribe' }>,
  target: Target | null,
): PlannedUpdate {
  const status = how === 'pending' ? 'pending' : 'subscribed';
  const isBack = how !== 'if-new' && target !== null && isThere(target);
  const more = profile === undefined ? {} : bodyOf(profile);
  const call = isBack
    ? ({ kind: 'put', key: target.id, body: { email_address: target.address, status, ...more } } as const)
    : ({
        kind: 'put',
        key: subscriberHash(address),
        body: { email_address: address, status_if_new: status, ...more },
      } as const);
  const tags = profile === undefined ? [] : tagCalls(profile, call.key);
  return { kind: isAsk ? 'ask' : 'subscribe', calls: [call, ...tags], wantedStatus: status };
}

/** Sections 4 and 5, for somebody who is in: one call for interests and merge fields, another for tags. Their status is not touched. */
function planProfile(
  { target: key, profile }: Extract<Write, { kind: 'update-member' }>,
  target: Target | null,
): PlannedUpdate | null {
  const body = bodyOf(profile);
  const patch = Object.keys(body).length > 0 ? [{ kind: 'patch', key, body } as const] : [];
  const [first, ...more] = [...patch, ...tagCalls(profile, target?.id ?? key)];
  return first === undefined ? null : { kind: 'update', calls: [first, ...more], wantedStatus: 'subscribed' };
}

const bodyOf = ({ interests, fields }: ProfileWrite) => ({
  ...(Object.keys(interests).length > 0 && { interests }),
  ...(Object.keys(fields).length > 0 && { merge_fields: fields }),
});

/** None where there is nothing to say. `key`: the hash. */
function tagCalls({ tags }: ProfileWrite, key: string): readonly MemberCall[] {
  const named = Object.entries(tags).map(
    ([name, isOn]) => ({ name, status: isOn ? 'active' : 'inactive' }) as const,
  );
  return named.length === 0 ? [] : [{ kind: 'tags', key, body: { tags: named, is_syncing: true } }];
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
