/** Something in which the sandbox is unlike the CiviCRM that was recorded, and why it may be. */
export interface KnownDifference {
  /** The one recorded interaction that differs, by the name it has in the replay; absent: none does, it shows elsewhere. */
  readonly interaction?: string;
  readonly why: string;
}

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    why: '12: requests are answered one after the other, so that tests come out the same each time; a save loses a race only where the fault lose-race says so.',
  },
  {
    why: '8, 23: error pages say what they must say, without the 80 KB of WordPress around it.',
  },
  {
    why: '24: answers come faster than the recorded ones; the control API adds latency.',
  },
];
