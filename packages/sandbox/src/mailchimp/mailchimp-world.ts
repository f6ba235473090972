import type { SandboxClock } from '../clock.ts';
import type { Random } from '../random.ts';
import type { Account } from './account.ts';
import { Audience } from './audience.ts';
import type { Announce, AudienceEvent } from './audience-event.ts';
import { lowerCased, type Member } from './member.ts';
import { type MemberIdentity, type MemberSeed, memberFromSeed } from './new-member.ts';
import { PeopleActs } from './people-acts.ts';
import { DEFAULT_MAILCHIMP_SETTINGS, type MailchimpSettings } from './settings.ts';

/** A confirmation mail that Mailchimp sent to somebody who was asked. */
export interface ConfirmationMail {
  readonly to: string;
  readonly listId: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface MailchimpWorldOptions {
  readonly clock: SandboxClock;
  readonly random: Random;
  readonly settings?: Partial<MailchimpSettings>;
}

export interface NewAccount {
  readonly name?: string;
  /** Such as `us6`. */
  readonly dataCentre?: string;
  /** Full keys, data centre included; one is made up if none is given. */
  readonly keys?: readonly string[];
}

export interface NewAudience {
  readonly name: string;
  readonly doubleOptIn?: boolean;
  /** 10 hex; made up if absent. */
  readonly id?: string;
}

/** Everything Mailchimp knows: accounts, audiences and their members. What people do at Mailchimp's pages is in `people`. */
export class MailchimpWorld {
  readonly clock: SandboxClock;
  readonly random: Random;
  /** What people and administrators do: sign up, confirm, unsubscribe, … */
  readonly people: PeopleActs;
  #settings: MailchimpSettings;
  readonly #accounts = new Map<string, Account>();
  readonly #accountByKey = new Map<string, Account>();
  readonly #mails: ConfirmationMail[] = [];
  readonly #tooManySignUps = new Set<string>();
  readonly #listeners: Announce[] = [];
  #lastWebId = 100_000;

  constructor({ clock, random, settings = {} }: MailchimpWorldOptions) {
    this.clock = clock;
    this.random = random;
    this.#settings = { ...DEFAULT_MAILCHIMP_SETTINGS, ...settings };
    this.people = new PeopleActs(this);
  }

  get settings(): MailchimpSettings {
    return this.#settings;
  }

  /** Changes some settings from now on. */
  configure(changes: Partial<MailchimpSettings>): void {
    this.#settings = { ...this.#settings, ...changes };
  }

  // Accounts and keys

  addAccount({ name = 'Sandbox Charity', dataCentre = 'us6', keys }: NewAccount = {}): Account {
    const account: Account = {
      id: this.random.hex(25),
      name,
      dataCentre,
      createdAt: this.clock.now(),
      keys: new Set(),
      audiences: new Map(),
      isSuspended: false,
      openRequests: 0,
    };
    this.#accounts.set(account.id, account);
    for (const key of keys ?? [this.#newKey(dataCentre)]) this.addKey(account.id, key);
    return account;
  }

  /** Another key for the same account; made up if none is given. Returns the key. Throws where the key is taken. */
  addKey(accountId: string, key?: string): string {
    const account = this.account(accountId);
    const added = key ?? this.#newKey(account.dataCentre);
    if (this.#accountByKey.has(added)) throw new Error('This API key opens an account already');
    account.keys.add(added);
    this.#accountByKey.set(added, account);
    return added;
  }

  /** From now on the key gets 401. An unknown one is no error. */
  revokeKey(key: string): void {
    this.#accountByKey.get(key)?.keys.delete(key);
    this.#accountByKey.delete(key);
  }

  /** From now on every request of the account gets 403 User Disabled. */
  suspendAccount(accountId: string): void {
    this.account(accountId).isSuspended = true;
  }

  restoreAccount(accountId: string): void {
    this.account(accountId).isSuspended = false;
  }

  accounts(): readonly Account[] {
    return [...this.#accounts.values()];
  }

  /** Throws on an unknown id. */
  account(accountId: string): Account {
    const account = this.#accounts.get(accountId);
    if (account === undefined) throw new Error(`There is no Mailchimp account ${accountId}`);
    return account;
  }

  /** The account that a full key opens, data centre included; none for a wrong data centre. */
  findAccountByKey(key: string): Account | undefined {
    return this.#accountByKey.get(key);
  }

  // Audiences

  addAudience(
    accountId: string,
    { name, doubleOptIn = false, id = this.random.hex(10) }: NewAudience,
  ): Audience {
    this.#lastWebId += 1;
    const { clock, random } = this;
    const audience = new Audience({ id, webId: this.#lastWebId, name, doubleOptIn, clock, random });
    this.account(accountId).audiences.set(id, audience);
    return audience;
  }

  /** Deletes an audience with everybody in it. An unknown one is no error. */
  removeAudience(listId: string): void {
    for (const account of this.#accounts.values()) account.audiences.delete(listId);
  }

  /** Throws on an unknown id. */
  audience(listId: string): Audience {
    for (const account of this.#accounts.values()) {
      const audience = account.audiences.get(listId);
      if (audience !== undefined) return audience;
    }
    throw new Error(`There is no Mailchimp audience ${listId}`);
  }

  // Members

  /** By address, hash or contact id; undefined where nobody is. */
  findMember(listId: string, who: string): Readonly<Member> | undefined {
    return this.audience(listId).find(who);
  }

  /** A member with a past: nothing is checked, no mail goes out. Throws where the address is there already. */
  seedMember(listId: string, seed: MemberSeed & { readonly tags?: readonly string[] }): Readonly<Member> {
    const audience = this.audience(listId);
    const member = memberFromSeed(seed, this.newIdentity(), this.clock.now());
    if (seed.tags !== undefined) {
      member.tags = seed.tags.map((name) => ({
        id: audience.tags.ensure(name).id,
        addedAt: member.lastChanged,
      }));
    }
    audience.add(member);
    return member;
  }

  newIdentity(): MemberIdentity {
    this.#lastWebId += 1;
    return { contactId: this.random.hex(32), webId: this.#lastWebId };
  }

  // Events

  /** Calls back on everything that a webhook could be told, for as long as the world lives. */
  listen(listener: Announce): void {
    this.#listeners.push(listener);
  }

  /** Tells the listeners; to be called once the change is whole. */
  announce(audience: Audience, events: readonly AudienceEvent[]): void {
    for (const event of events) for (const listener of this.#listeners) listener(audience, event);
  }

  // What Mailchimp as a whole knows of an address

  /** Mailchimp asks the person to confirm. */
  sendConfirmation(listId: string, to: string): void {
    this.#mails.push({ to, listId, at: this.clock.now() });
  }

  /** The confirmation mails sent to an address so far, oldest first. */
  mailsTo(email: string): readonly ConfirmationMail[] {
    return this.#mails.filter((mail) => lowerCased(mail.to) === lowerCased(email));
  }

  /** Every confirmation mail sent so far, oldest first. */
  mails(): readonly ConfirmationMail[] {
    return this.#mails;
  }

  /** Makes the address one that signed up too often, anywhere (reference 1.3), until `forgetSignUps`. */
  tooManySignUps(email: string): void {
    this.#tooManySignUps.add(lowerCased(email));
  }

  forgetSignUps(email: string): void {
    this.#tooManySignUps.delete(lowerCased(email));
  }

  hasTooManySignUps(email: string): boolean {
    return this.#tooManySignUps.has(lowerCased(email));
  }

  #newKey(dataCentre: string): string {
    return `${this.random.hex(32)}-${dataCentre}`;
  }
}
