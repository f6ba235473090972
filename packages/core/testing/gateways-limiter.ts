import type { CallLimiter, CallSlot } from '../src/domain/call-limiter.ts';

/** Call slots in memory, in the order in which they were asked for, that tell what became of them. */
export class TestLimiter implements CallLimiter {
  readonly #most: number;
  readonly #waiting: (() => void)[] = [];
  #taken = 0;
  /** The most that were ever taken at once. */
  peak = 0;
  released = 0;
  abandoned = 0;

  constructor(most = 8) {
    this.#most = most;
  }

  /** Slots taken now; an abandoned one stays so for good. */
  get taken(): number {
    return this.#taken;
  }

  async acquire(signal: AbortSignal): Promise<CallSlot> {
    signal.throwIfAborted();
    if (this.#taken >= this.#most) await this.#turn(signal);
    this.#taken += 1;
    this.peak = Math.max(this.peak, this.#taken);
    return this.#slot();
  }

  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        this.#waiting.splice(this.#waiting.indexOf(take), 1);
        reject(signal.reason);
      };
      const take = () => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiting.push(take);
    });
  }

  #slot(): CallSlot {
    let isOpen = true;
    return {
      release: async () => {
        if (!isOpen) return;
        isOpen = false;
        this.released += 1;
        this.#taken -= 1;
        this.#waiting.shift()?.();
      },
      abandon: async () => {
        if (!isOpen) return;
        isOpen = false;
        this.abandoned += 1;
      },
    };
  }
}
