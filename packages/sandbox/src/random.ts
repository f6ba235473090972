/** A seeded generator (sfc32): the same seed gives the same world on every machine. Not for secrets. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number) {
    const mix = splitMix32(seed);
    this.#a = mix();
    this.#b = mix();
    this.#c = mix();
    for (let warmUp = 0; warmUp < 12; warmUp += 1) this.#uint32();
  }

  /** A number from 0 up to, but not including, 1. */
  next(): number {
    return this.#uint32() / 2 ** 32;
  }

  /** A whole number from `min` to `max`, both included. */
  int(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  /** One of the items. Throws a RangeError on an empty list. */
  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError('Nothing to pick from: the list is empty');
    return items[this.int(0, items.length - 1)] as T; // inside the list, though T itself may allow undefined
  }

  /** True with probability `p` (0–1). */
  chance(p: number): boolean {
    return this.next() < p;
  }

  /** So many lower-case hexadecimal digits. */
  hex(length: number): string {
    const words = Array.from({ length: Math.ceil(length / 8) }, () =>
      this.#uint32().toString(16).padStart(8, '0'),
    );
    // Joined, because V8 keeps every piece of a text that was added up: six times the memory of a text in one piece.
    return words.join('').slice(0, length);
  }

  /** A shuffled copy (Fisher–Yates). */
  shuffle<T>(items: readonly T[]): T[] {
    const shuffled: T[] = [];
    for (const item of items) {
      const at = this.int(0, shuffled.length);
      if (at === shuffled.length) shuffled.push(item);
      else {
        shuffled.push(shuffled[at] as T); // inside the list: `at` is below its length
        shuffled[at] = item;
      }
    }
    return shuffled;
  }

  #uint32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    return sum >>> 0;
  }
}

/** Spreads a small seed over all bits, so that seeds 1 and 2 give unrelated worlds. */
function splitMix32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  };
}
