import type { SandboxClock } from '../clock.ts';
import type { Audience, StatusAct } from './audience.ts';
import {
  type AudienceEvent,
  addressEvents,
  profileEvent,
  removalEvent,
  statusEvents,
} from './audience-event.ts';
import { type Actor, type Member, type MemberStatus, subscriberHash, toSeconds } from './member.ts';
import { applyTags, type TagChange } from './member-tags.ts';
import { type MemberIdentity, type MemberSeed, newMember } from './new-member.ts';
import { applyProfile, type ProfileChange } from './profile.ts';

/** What the acts need of the world. */
export interface PeopleWorld {
  readonly clock: SandboxClock;
  audience(listId: string): Audience;
  newIdentity(): MemberIdentity;
  sendConfirmation(listId: string, to: string): void;
  announce(audience: Audience, events: readonly AudienceEvent[]): void;
  readonly settings: { readonly removalWebhook: 'none' | 'unsubscribe' };
}

const HOME_IP = '198.51.100.7';
const FORM = 'Hosted Signup Form';

/**
 * What people do with their mails and on Mailchimp's forms, and what administrators do in Mailchimp's pages; never through the API.
 * Members are named by address, hash or contact id. An act that Mailchimp would not offer (confirming without having been asked)
 * throws an Error.
 */
export class PeopleActs {
  readonly #world: PeopleWorld;

  constructor(world: PeopleWorld) {
    this.#world = world;
  }

  /**
   * The sign-up form: subscribed at once, or `pending` with a mail to confirm where the audience is double opt-in. Works for
   * everybody, the permanently deleted too; one who is subscribed already changes their profile.
   */
  signUp(listId: string, form: ProfileChange & { readonly email: string }): Readonly<Member> {
    const audience = this.#world.audience(listId);
    const present = audience.find(form.email);
    if (present === undefined) return this.#join(audience, form);
    const isChanged = applyProfile(audience, present, form);
    if (present.status !== 'subscribed') this.#rejoin(audience, present);
    else if (isChanged) audience.touch(present);
    if (isChanged) this.#tell(audience, [profileEvent(present, 'person')]);
    return present;
  }

  /** The link in the confirmation mail. */
  confirm(listId: string, who: string): void {
    const { audience, member } = this.#get(listId, who, ['pending']);
    this.#optIn(audience, member);
  }

  /** The link at the foot of a mail, with a reason if they choose one. */
  unsubscribeSelf(listId: string, who: string, told: { reason?: string; campaignId?: string } = {}): void {
    const { audience, member } = this.#get(listId, who, ['subscribed', 'pending', 'transactional']);
    this.#leave(audience, member, { by: 'person', ...told });
  }

  /** They marked a mail as spam: unsubscribed by their own will. */
  complain(listId: string, who: string, campaignId?: string): void {
    const { audience, member } = this.#get(listId, who, ['subscribed', 'transactional']);
    const campaign = campaignId === undefined ? {} : { campaignId };
    this.#leave(audience, member, { by: 'person', reason: 'abuse', ...campaign });
  }

  /** A hard bounce, or one soft one too many: cleaned. */
  bounce(listId: string, who: string): void {
    const { audience, member } = this.#get(listId, who, [
      'subscribed',
      'unsubscribed',
      'pending',
      'transactional',
    ]);
    audience.setStatus(member, 'cleaned', { by: 'mailchimp', reason: 'hard' });
    this.#tell(audience, statusEvents(member, 'mailchimp'));
  }

  /** On the page of their preferences, or somebody of the organisation for them. Values are taken as given. */
  editProfile(listId: string, who: string, form: ProfileChange): void {
    const { audience, member } = this.#get(listId, who);
    if (!applyProfile(audience, member, form)) return;
    audience.touch(member);
    this.#tell(audience, [profileEvent(member, 'person')]);
  }

  /** The member changes their address and stays the same contact. Throws where the new one is in the audience already. */
  changeAddress(listId: string, who: string, email: string): void {
    const { audience, member } = this.#get(listId, who);
    const holder = audience.find(email);
    if (holder !== undefined && holder !== member)
      throw new Error(`${email} is in audience ${listId} already`);
    const oldEmail = member.email;
    audience.rekey(member, email);
    this.#tell(audience, addressEvents(member, 'person', oldEmail));
  }

  /** An administrator unsubscribes somebody. */
  adminUnsubscribe(listId: string, who: string): void {
    const { audience, member } = this.#get(listId, who, ['subscribed', 'pending', 'transactional']);
    this.#leave(audience, member, { by: 'admin' });
  }

  /** An administrator adds an address, or takes back one who did not leave by their own will. */
  adminSubscribe(listId: string, email: string): Readonly<Member> {
    const audience = this.#world.audience(listId);
    const present = audience.find(email);
    if (present === undefined) {
      const seed = { email, optedInAt: this.#world.clock.now(), source: 'Admin Add' };
      const added = this.#add(audience, seed, 'admin');
      this.#tell(audience, statusEvents(added, 'admin'));
      return added;
    }
    if (present.hasLeftThemselves || present.status === 'cleaned') {
      throw new Error(
        `${email} left audience ${listId}: Mailchimp lets nobody but the person bring them back`,
      );
    }
    if (present.status !== 'subscribed') {
      present.timestampOpt = this.#now();
      audience.setStatus(present, 'subscribed', { by: 'admin' });
      this.#tell(audience, statusEvents(present, 'admin'));
    }
    return present;
  }

  /** An administrator archives somebody, whatever their state. */
  archive(listId: string, who: string): void {
    const { audience, member } = this.#get(listId, who);
    if (member.status === 'archived') return;
    audience.setStatus(member, 'archived', { by: 'admin' });
    this.#tellRemoval(audience, member);
  }

  /** An administrator erases somebody: only the person's own sign-up brings the address back, as a new contact. */
  deletePermanently(listId: string, who: string): void {
    const { audience, member } = this.#get(listId, who);
    audience.forget(member);
    this.#tellRemoval(audience, member);
  }

  /** Somebody buys in the connected shop without subscribing. Throws where the address is in the audience already. */
  makeTransactional(listId: string, email: string): Readonly<Member> {
    const audience = this.#world.audience(listId);
    return this.#add(audience, { email, status: 'transactional', source: 'E-Commerce' }, 'mailchimp');
  }

  /** An administrator puts tags on somebody or takes them off, by name. */
  tag(listId: string, who: string, names: TagChange): void {
    const { audience, member } = this.#get(listId, who);
    if (applyTags(audience, member, names, this.#now())) audience.touch(member);
  }

  #get(
    listId: string,
    who: string,
    allowed?: readonly MemberStatus[],
  ): { readonly audience: Audience; readonly member: Member } {
    const audience = this.#world.audience(listId);
    const member = audience.find(who);
    if (member === undefined) throw new Error(`${who} is not in audience ${listId}`);
    if (allowed !== undefined && !allowed.includes(member.status)) {
      throw new Error(`${who} is ${member.status} in audience ${listId}; this takes ${allowed.join(' or ')}`);
    }
    return { audience, member };
  }

  /** A form opens the door again to the permanently deleted; they come as a new contact. */
  #join(audience: Audience, form: ProfileChange & { readonly email: string }): Member {
    const now = this.#world.clock.now();
    const status = audience.doubleOptIn ? 'pending' : 'subscribed';
    const optIn = audience.doubleOptIn ? {} : { optedInAt: now };
    audience.forgotten.delete(subscriberHash(form.email));
    const member = this.#add(
      audience,
      { email: form.email, status, signedUpAt: now, source: FORM, ...optIn },
      'person',
    );
    member.ipSignup = HOME_IP;
    if (status === 'pending') this.#world.sendConfirmation(audience.id, member.email);
    else member.ipOpt = HOME_IP;
    applyProfile(audience, member, form);
    this.#tell(audience, statusEvents(member, 'person'));
    return member;
  }

  #rejoin(audience: Audience, member: Member): void {
    member.timestampSignup = this.#now();
    member.ipSignup = HOME_IP;
    if (audience.doubleOptIn) this.#ask(audience, member);
    else this.#optIn(audience, member);
  }

  #add(audience: Audience, seed: MemberSeed, by: Actor): Member {
    const member = newMember(seed, this.#world.newIdentity(), this.#world.clock.now(), by);
    audience.add(member);
    return member;
  }

  #ask(audience: Audience, member: Member): void {
    audience.setStatus(member, 'pending', { by: 'person' });
    this.#world.sendConfirmation(audience.id, member.email);
  }

  #optIn(audience: Audience, member: Member): void {
    member.timestampOpt = this.#now();
    member.ipOpt = HOME_IP;
    audience.setStatus(member, 'subscribed', { by: 'person' });
    this.#tell(audience, statusEvents(member, 'person'));
  }

  #leave(audience: Audience, member: Member, act: StatusAct): void {
    audience.setStatus(member, 'unsubscribed', act);
    this.#tell(audience, statusEvents(member, act.by, act));
  }

  #tell(audience: Audience, events: readonly AudienceEvent[]): void {
    this.#world.announce(audience, events);
  }

  #tellRemoval(audience: Audience, member: Member): void {
    if (this.#world.settings.removalWebhook === 'unsubscribe') {
      this.#tell(audience, [removalEvent(member, 'admin')]);
    }
  }

  #now(): number {
    return toSeconds(this.#world.clock.now());
  }
}
