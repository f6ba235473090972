/** How many are kept: an account has ten connections. */
const KEPT = 12;

/**
 * Buffers that are used again. A page of a thousand members is four megabytes outside of the heap; a new one for each makes the garbage
 * collector look through all of a large world every few pages.
 */
export class BytePool {
  readonly #free: Buffer[] = [];

  /** A buffer of at least so many bytes, with whatever was in it. */
  take(size: number): Buffer {
    const at = this.#free.findIndex((buffer) => buffer.length >= size);
    const [found] = at < 0 ? [] : this.#free.splice(at, 1);
    return found ?? Buffer.allocUnsafe(size);
  }

  /** It must not be touched any more by whoever gives it back. */
  giveBack(buffer: Buffer): void {
    this.#free.push(buffer);
    this.#free.sort((a, b) => a.length - b.length);
    if (this.#free.length > KEPT) this.#free.shift();
  }
}
