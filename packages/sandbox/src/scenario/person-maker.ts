import type { Random } from '../random.ts';
import { FIRST_NAMES, LAST_NAMES, latinName, MAIL_DOMAINS, ORGANISATIONS, writtenName } from './names.ts';

/** Somebody who does not exist. */
export interface Person {
  readonly firstName: string;
  readonly lastName: string;
  /** In lower case; nobody else's. */
  readonly email: string;
}

/** Makes up people; no two of one maker share an address. */
export class PersonMaker {
  readonly #random: Random;
  readonly #taken = new Set<string>();
  readonly #first = FIRST_NAMES.map((name) => ({ written: writtenName(name), latin: latinName(name) }));
  readonly #last = LAST_NAMES.map((name) => ({ written: writtenName(name), latin: latinName(name) }));

  constructor(random: Random) {
    this.#random = random;
  }

  person(): Person {
    const first = this.#random.pick(this.#first);
    const last = this.#random.pick(this.#last);
    return {
      firstName: first.written,
      lastName: last.written,
      email: this.#address(this.#frontOf(first.latin, last.latin)),
    };
  }

  /** Another address of the same person. */
  secondAddress({ email }: Person): string {
    return this.#address(email.slice(0, email.indexOf('@')));
  }

  organisation(): { readonly name: string; readonly email: string } {
    const name = `${this.#random.pick(ORGANISATIONS)} ${this.#random.int(1, 9999)}`;
    const front = latinName(name.replaceAll(/\s+/g, '')).slice(0, 24);
    return { name, email: this.#address(`office.${front}`) };
  }

  #frontOf(first: string, last: string): string {
    const forms = [
      `${first}.${last}`,
      `${first}.${last}`,
      `${first}${last}`,
      `${first.slice(0, 1)}${last}`,
      `${first}_${last}`,
      `${last}.${first}`,
      `${first}${this.#random.int(55, 99)}`,
    ];
    return this.#random.pick(forms);
  }

  /** The first free one: by a number where the plain one is somebody's. */
  #address(front: string): string {
    const domain = this.#random.pick(MAIL_DOMAINS);
    // Joined in one go: a text put together piece by piece keeps its pieces, and a million addresses are kept.
    let email = [front, '@', domain].join('');
    while (this.#taken.has(email)) email = [front, this.#random.int(2, 99_999), '@', domain].join('');
    this.#taken.add(email);
    return email;
  }
}
