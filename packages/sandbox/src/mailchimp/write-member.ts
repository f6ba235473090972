import { isDeepStrictEqual } from 'node:util';
import type { Audience } from './audience.ts';
import { addressEvents, profileEvent, removalEvent, statusEvents } from './audience-event.ts';
import type { JsonObject } from './body.ts';
import type { MailchimpWorld } from './mailchimp-world.ts';
import {
  lowerCased,
  type Member,
  type MemberStatus,
  type MergeValue,
  type MergeValues,
  subscriberHash,
  toSeconds,
} from './member.ts';
import type { MemberBody, WritableStatus } from './member-body.ts';
import { applyTags } from './member-tags.ts';
import { acceptMergeValue } from './merge-field.ts';
import { newMember } from './new-member.ts';
import { type FieldError, problems } from './problem.ts';
import { applyProfile } from './profile.ts';
import { type MemberState, type Outcome, stateOf, transition } from './transitions.ts';

/** Where the API writes, and the options of the request. */
export interface WriteScope {
  readonly world: MailchimpWorld;
  readonly audience: Audience;
  readonly requiredFields: 'checked' | 'skipped';
  /** Of whoever is created without one. */
  readonly language: string;
}

/** How a present member is written to; what differs between the verbs. */
export interface UpdateManner {
  readonly optInOfRevived: 'kept' | 'reset';
  readonly tags: 'ignored' | 'added' | 'replaced';
}

// Everything below checks first and changes nothing until all checks have passed, in the order of reference 4.2: address form, fake
// address, forgotten, compliance, merge fields, interests. Each function throws the ApiProblem that Mailchimp would answer with.

/** A member who was not in the audience before; the address must be checked to be in nobody's use. */
export function createMember(
  scope: WriteScope,
  email: string,
  status: WritableStatus,
  body: MemberBody,
): Member {
  const { world, audience } = scope;
  checkAddress(world, email);
  const isForgotten = audience.forgotten.has(subscriberHash(email));
  const outcome = decide(scope, isForgotten ? 'forgotten' : 'absent', status, email);
  checkSignUps(world, email, status);
  const profile = { mergeValues: acceptMergeValues(scope, {}, body.mergeFields), interests: body.interests };
  checkInterestIds(audience, body.interests);

  const now = world.clock.now();
  const member = newMember({ email, status, ...firstOptIn(status, now) }, world.newIdentity(), now, 'api');
  applyTags(audience, member, { on: body.tags }, toSeconds(now));
  applyProfile(audience, member, profile);
  applyDetails(member, { language: scope.language, ...body });
  audience.add(member);
  if (outcome === 'ok-with-mail') world.sendConfirmation(audience.id, email);
  world.announce(audience, statusEvents(member, 'api'));
  return member;
}

/** Changes a present member; moves last_changed only if something changed (reference 3.4). */
export function updateMember(
  scope: WriteScope,
  member: Member,
  body: MemberBody,
  manner: UpdateManner,
): void {
  const { world, audience } = scope;
  const { status = member.status } = body;
  const newEmail = body.email === undefined || body.email === member.email ? null : body.email;
  if (newEmail !== null) checkAddressChange(scope, member, newEmail);
  const outcome =
    body.status === undefined ? 'unchanged' : decide(scope, stateOf(member), body.status, member.email);
  if (outcome !== 'unchanged') checkSignUps(world, member.email, status);
  const profile = {
    mergeValues: acceptMergeValues(scope, member.mergeValues, body.mergeFields),
    interests: body.interests,
  };
  checkInterestIds(audience, body.interests);

  const isNewProfile = applyProfile(audience, member, profile);
  const changes = [
    isNewProfile,
    updateTags(scope, member, body.tags, manner.tags),
    outcome !== 'unchanged' && startOptIn(world, member, status, manner),
    applyDetails(member, body),
  ];
  const oldEmail = member.email;
  if (newEmail !== null) audience.rekey(member, newEmail);
  if (outcome !== 'unchanged') audience.setStatus(member, status, { by: 'api' });
  else if (changes.includes(true)) audience.touch(member);
  if (outcome === 'ok-with-mail') world.sendConfirmation(audience.id, member.email);
  world.announce(audience, [
    ...(outcome === 'unchanged' ? [] : statusEvents(member, 'api')),
    ...(newEmail === null ? [] : addressEvents(member, 'api', oldEmail)),
    ...(isNewProfile && newEmail === null && outcome === 'unchanged' ? [profileEvent(member, 'api')] : []),
  ]);
}

/** DELETE: archives. */
export function archiveMember(scope: WriteScope, member: Member): void {
  decide(scope, stateOf(member), 'archived', member.email);
  scope.audience.setStatus(member, 'archived', { by: 'api' });
  if (scope.world.settings.removalWebhook === 'unsubscribe') {
    scope.world.announce(scope.audience, [removalEvent(member, 'api')]);
  }
}

/** Erases for good; only the person's own sign-up brings the address back. */
export function eraseMember({ world, audience }: WriteScope, member: Member): void {
  audience.forget(member);
  if (world.settings.removalWebhook === 'unsubscribe') {
    world.announce(audience, [removalEvent(member, 'api')]);
  }
}

/** What the table says; throws what it refuses, so that only the outcomes that answer 200 come back. */
function decide({ world }: WriteScope, from: MemberState, to: MemberStatus, email: string): Outcome {
  const outcome = transition(from, to, world.settings.transitions);
  switch (outcome) {
    case 'compliance':
      throw problems.compliance(email);
    case 'forgotten':
      throw problems.forgotten(email);
    case 'refused':
      throw problems.invalidResource(`The status of this member cannot be changed to "${to}."`);
    case 'not-allowed':
      throw problems.cannotArchive();
    case 'not-found':
      throw problems.notFound();
    default:
      return outcome;
  }
}

// Addresses

const ADDRESS = /^[^\s@,;:<>"()[\]\\]+@([^\s@.,;:<>"()[\]\\]+\.)+[^\s@.,;:<>"()[\]\\]{2,}$/;

/** Throws where the address is none, or looks fake. */
export function checkAddress(world: MailchimpWorld, email: string): void {
  if (!ADDRESS.test(email)) throw problems.invalidResource('Please provide a valid email address.');
  if (world.settings.fakeAddresses.some((pattern) => pattern.test(email))) {
    throw problems.invalidResource(`${email} looks fake or invalid, please enter a real email address.`);
  }
}

/** Reference 4.3; writing the same address in another case is no change of address. */
function checkAddressChange({ world, audience }: WriteScope, member: Member, email: string): void {
  if (lowerCased(email) === lowerCased(member.email)) return;
  checkAddress(world, email);
  if (member.status !== 'subscribed') {
    throw problems.invalidResource(
      `This member's status is "${member.status}." You can only update email addresses for members with a status of "subscribed."`,
    );
  }
  const hash = subscriberHash(email);
  const taken = audience.forgotten.has(hash) ? 'deleted' : audience.findByHash(hash)?.status;
  if (taken !== undefined) {
    const status = taken.charAt(0).toUpperCase() + taken.slice(1);
    throw problems.invalidResource(`"${email}" is already in this list with a status of "${status}".`);
  }
}

function checkSignUps(world: MailchimpWorld, email: string, status: MemberStatus): void {
  if (!world.hasTooManySignUps(email) || !['subscribed', 'pending'].includes(status)) return;
  throw problems.invalidResource(
    `${email} has signed up to a lot of lists very recently; we're not allowing more signups for now.`,
  );
}

// Merge fields and interests

/** The values in Mailchimp's form; unknown tags are dropped without a word. */
function acceptMergeValues(scope: WriteScope, present: MergeValues, given: JsonObject): MergeValues {
  const accepted: Record<string, MergeValue> = {};
  const errors: FieldError[] = [];
  for (const field of scope.audience.mergeFields) {
    if (given[field.tag] !== undefined) {
      const verdict = acceptMergeValue(field, given[field.tag]);
      if (verdict.kind === 'accepted') accepted[field.tag] = verdict.value;
      else errors.push({ field: field.tag, message: verdict.message });
    }
    const isEmpty = (accepted[field.tag] ?? present[field.tag] ?? '') === '';
    if (field.required && isEmpty && scope.requiredFields === 'checked') {
      errors.push({ field: field.tag, message: 'Please enter a value' });
    }
  }
  if (errors.length > 0) throw problems.invalidMergeFields(errors);
  return accepted;
}

function checkInterestIds(audience: Audience, given: Readonly<Record<string, boolean>>): void {
  const unknown = Object.keys(given).find((id) => !audience.interests.ids.includes(id));
  if (unknown !== undefined) throw problems.invalidResource(`"${unknown}" is an invalid interest id.`);
}

function updateTags(
  { world, audience }: WriteScope,
  member: Member,
  tags: readonly string[],
  manner: UpdateManner['tags'],
): boolean {
  if (manner === 'ignored') return false;
  const named = new Set(tags.map(lowerCased));
  const present = member.tags.map(({ id }) => audience.tags.get(id).name);
  const off = manner === 'replaced' ? present.filter((name) => !named.has(lowerCased(name))) : [];
  return applyTags(audience, member, { on: tags, off }, toSeconds(world.clock.now()));
}

// Opt-in times (reference 3.4)

/** Whoever is asked has not opted in yet; whoever bought in a shop never did. */
function firstOptIn(status: WritableStatus, now: number): { readonly optedInAt?: number } {
  return status === 'pending' || status === 'transactional' ? {} : { optedInAt: now };
}

/** Unchanged where an unsubscribed member is subscribed again. Says whether it moved. */
function startOptIn(world: MailchimpWorld, member: Member, to: MemberStatus, manner: UpdateManner): boolean {
  if (to !== 'subscribed') return false;
  const isKept =
    member.status === 'unsubscribed' || (member.status === 'archived' && manner.optInOfRevived === 'kept');
  if (isKept && member.timestampOpt !== 0) return false;
  member.timestampOpt = toSeconds(world.clock.now());
  return true;
}

/** The plain properties, as given. Says whether one of them changed. */
function applyDetails(member: Member, body: MemberBody): boolean {
  const { emailType, language, vip, location, ipSignup, ipOpt, timestampSignup, timestampOpt } = body;
  const given = { emailType, language, vip, location, ipSignup, ipOpt, timestampSignup, timestampOpt };
  const before: Partial<Record<string, unknown>> = { ...member };
  const changed = Object.fromEntries(
    Object.entries(given).filter(
      ([key, value]) => value !== undefined && !isDeepStrictEqual(value, before[key]),
    ),
  );
  Object.assign(member, changed);
  return Object.keys(changed).length > 0;
}
