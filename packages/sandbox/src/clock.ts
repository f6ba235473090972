interface Alarm {
  readonly at: number;
  readonly ring: () => void;
}

/**
 * The time of the sandbox: real time plus an offset that can be moved, so that "ten minutes later" costs nothing.
 * Alarms follow it: moving the clock forwards rings what came due, in order; while it is frozen nothing comes due by itself.
 */
export class SandboxClock {
  #offsetMs = 0;
  #frozenAt: number | null = null;
  readonly #alarms = new Set<Alarm>();
  #timer: NodeJS.Timeout | null = null;

  /** Milliseconds since 1970, always whole. */
  now(): number {
    return this.#frozenAt ?? Date.now() + this.#offsetMs;
  }

  /** Now, to the whole second, as Mailchimp writes it: `2015-10-21T15:41:36+00:00`. */
  isoNow(): string {
    return isoSeconds(this.now());
  }

  /** Moves the clock by so many milliseconds; a negative number moves it back, which rings nothing. */
  advance(ms: number): void {
    this.set(this.now() + Math.trunc(ms));
  }

  /**
   * Moves the clock to a time in milliseconds since 1970. A frozen clock stays frozen, at the new time. On the way forwards it
   * stops at every alarm, so that one that sets the next (a batch going through its states) goes its whole way.
   */
  set(ms: number): void {
    const target = Math.trunc(ms);
    for (let next = this.#next(); next !== null && next.at <= target; next = this.#next()) {
      this.#moveTo(Math.max(next.at, this.now()));
      this.#ring(next);
    }
    this.#moveTo(target);
    this.#wind();
  }

  /** Stops the clock at the present time; `advance` and `set` still move it. May be called twice. */
  freeze(): void {
    this.#frozenAt = this.now();
    this.#wind();
  }

  /** Lets the clock run on from where it stands. May be called twice. */
  release(): void {
    if (this.#frozenAt === null) return;
    this.#offsetMs = this.#frozenAt - Date.now();
    this.#frozenAt = null;
    this.#wind();
  }

  /** Rings once, so many milliseconds of this clock from now. Returns the way to call it off. Never keeps the process alive. */
  after(ms: number, ring: () => void): () => void {
    const alarm: Alarm = { at: this.now() + ms, ring };
    this.#alarms.add(alarm);
    this.#wind();
    return () => {
      this.#alarms.delete(alarm);
      this.#wind();
    };
  }

  /** Calls off every alarm, for when the sandbox closes. */
  clearAlarms(): void {
    this.#alarms.clear();
    this.#wind();
  }

  #next(): Alarm | null {
    let next: Alarm | null = null;
    for (const alarm of this.#alarms) if (next === null || alarm.at < next.at) next = alarm;
    return next;
  }

  #moveTo(ms: number): void {
    if (this.#frozenAt === null) this.#offsetMs = ms - Date.now();
    else this.#frozenAt = ms;
  }

  #ring(alarm: Alarm): void {
    this.#alarms.delete(alarm);
    alarm.ring();
  }

  #ringDue(): void {
    for (let next = this.#next(); next !== null && next.at <= this.now(); next = this.#next())
      this.#ring(next);
    this.#wind();
  }

  /** One real timer stands for the earliest alarm. */
  #wind(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const next = this.#next();
    if (next === null || this.#frozenAt !== null) return;
    // A timer longer than 2^31 ms would ring at once: wake up in between and look again.
    const delay = Math.min(Math.max(next.at - this.now(), 0), 2 ** 31 - 1);
    this.#timer = setTimeout(() => this.#ringDue(), delay);
    this.#timer.unref();
  }
}

/** Milliseconds since 1970 → `2015-10-21T15:41:36+00:00`; the fraction of the second is cut off. */
export function isoSeconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}+00:00`;
}
