import { describe, expect, test } from 'vitest';
import { isoSeconds, SandboxClock } from './clock.ts';

const NOON = Date.parse('2026-03-02T12:00:00.750Z');

function frozenAt(ms: number): SandboxClock {
  const clock = new SandboxClock();
  clock.freeze();
  clock.set(ms);
  return clock;
}

describe('SandboxClock', () => {
  test('starts at real time', () => {
    const before = Date.now();
    const now = new SandboxClock().now();
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
  });

  test('writes whole seconds as Mailchimp does', () => {
    expect(frozenAt(NOON).isoNow()).toBe('2026-03-02T12:00:00+00:00');
    expect(isoSeconds(0)).toBe('1970-01-01T00:00:00+00:00');
  });

  test('stands still while frozen, except when moved, and runs on from there when released', () => {
    const clock = frozenAt(NOON);
    expect(clock.now()).toBe(NOON);
    clock.advance(90_000);
    expect(clock.now()).toBe(NOON + 90_000);
    clock.release();
    expect(clock.now()).toBeGreaterThanOrEqual(NOON + 90_000);
    expect(clock.now()).toBeLessThan(NOON + 95_000);
  });

  test('moves the running clock by an offset', () => {
    const clock = new SandboxClock();
    clock.advance(-86_400_000);
    expect(Math.abs(clock.now() - (Date.now() - 86_400_000))).toBeLessThan(5_000);
  });

  test('rings alarms in order on its way, each at its own time', () => {
    const clock = frozenAt(NOON);
    const rung: [string, number][] = [];
    clock.after(20, () => rung.push(['second', clock.now() - NOON]));
    clock.after(10, () => {
      rung.push(['first', clock.now() - NOON]);
      clock.after(5, () => rung.push(['set by the first', clock.now() - NOON]));
    });
    clock.after(31, () => rung.push(['too late', clock.now() - NOON]));
    clock.advance(30);
    expect(rung).toEqual([
      ['first', 10],
      ['set by the first', 15],
      ['second', 20],
    ]);
    expect(clock.now()).toBe(NOON + 30);
  });

  test('rings by itself when real time has passed', async () => {
    const clock = new SandboxClock();
    const start = clock.now();
    await new Promise<void>((ring) => clock.after(5, ring));
    expect(clock.now() - start).toBeGreaterThanOrEqual(5);
  });

  test('does not ring an alarm that was called off', () => {
    const clock = frozenAt(NOON);
    let rung = 0;
    const callOff = clock.after(10, () => {
      rung += 1;
    });
    clock.after(10, () => {
      rung += 10;
    });
    callOff();
    clock.advance(10);
    expect(rung).toBe(10);
    clock.after(1, () => {
      rung += 100;
    });
    clock.clearAlarms();
    clock.advance(10);
    expect(rung).toBe(10);
  });

  test('rings what came due while it was frozen once it is released', async () => {
    const clock = new SandboxClock();
    clock.freeze();
    const rung = new Promise<void>((ring) => clock.after(1, ring));
    clock.release();
    await rung;
    expect(clock.now()).toBeGreaterThan(0);
  });
});
