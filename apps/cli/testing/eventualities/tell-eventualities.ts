import { DAY_MS, MINUTE_MS } from '@mcsync/core/domain/instant';
import { QUEUE_STORES } from '@mcsync/core/testing/test-service';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Json } from './outside.ts';
import { addPlace, type Place, type PlaceOptions } from './place.ts';
import { type Programs, startPrograms } from './programs.ts';

/** Somebody does something, the connections are synced, and both sides and the service say what has become of it. */
export interface Step {
  readonly happens: () => Promise<unknown>;
  /** `report`: what the sync said of this connection. */
  readonly ends: (report: Json) => Promise<unknown>;
}

/** Puts people into a place, as they were before the first sync, and says what happens to them after it. */
export type Eventuality = (place: Place) => Promise<readonly Step[]>;

/** Eventualities of connections that are alike. */
export interface Chapter extends PlaceOptions {
  /** `shared`: one for all of them, if not said. */
  readonly connections?: 'shared' | 'one-each';
  readonly eventualities: Readonly<Record<string, Eventuality>>;
}

/** How far the sandbox’s past goes back. */
const LONG_AGO_MS = 100 * DAY_MS;
/** Mailchimp’s dates are whole seconds, and a run looks at no second that is not over: the sandbox’s clock is slow, and by less than anybody’s time zone. */
const SLOW_MS = 5 * MINUTE_MS;

/**
 * Tells all chapters on each queue store, side by side: the same few commands sync the connections of all of them. Each eventuality is a test by its name; its steps are looked at when they
 * happen, and what was not so fails its test.
 */
export function tellEventualities(chapters: Readonly<Record<string, Chapter>>): void {
  describe.each(QUEUE_STORES)('with jobs in %s', (queue) => {
    let told: Told;
    beforeAll(async () => {
      const programs = await startPrograms(queue);
      try {
        told = await tell(programs, chapters);
      } finally {
        await programs.end();
      }
    });
    describe.each(Object.entries(chapters))('%s', (_, { eventualities }) => {
      test.each(Object.keys(eventualities))('%s', (name) => {
        const failure = told.failures.get(name);
        if (failure !== undefined) throw failure;
      });
    });
    test('I1: a further sync writes nothing', () => {
      expect(told.unrest).toBeNull();
    });
  });
}

interface Told {
  /** What was not so, by the eventuality’s name. */
  readonly failures: ReadonlyMap<string, unknown>;
  /** What a further sync did that it should not have; null: nothing. */
  readonly unrest: unknown;
}

interface Story {
  readonly name: string;
  readonly place: Place;
  readonly steps: readonly Step[];
}

async function tell(programs: Programs, chapters: Readonly<Record<string, Chapter>>): Promise<Told> {
  const { outside } = programs;
  await outside.setClock(Date.now() - LONG_AGO_MS);
  const stories: Story[] = [];
  for (const [title, { eventualities, connections = 'shared', ...options }] of Object.entries(chapters)) {
    const shared = connections === 'shared' ? await addPlace(programs, title, options) : null;
    for (const [name, open] of Object.entries(eventualities)) {
      const place = shared ?? (await addPlace(programs, `${title} ${stories.length}`, options));
      stories.push({ name, place, steps: await open(place) });
    }
  }
  await outside.setClock(Date.now() - SLOW_MS);
  await sync(programs.ask, '--approve');
  const failures = new Map<string, unknown>();
  const rounds = Math.max(...stories.map(({ steps }) => steps.length));
  for (let round = 0; round < rounds; round += 1) await tellRound(programs, failures, stories, round);
  await outside.takeWrites();
  const further = await sync(programs.ask, '--full');
  const writes = await outside.takeWrites();
  return { failures, unrest: writes === 0 ? null : { writes, further: [...further.values()] } };
}

async function tellRound(
  programs: Programs,
  failures: Map<string, unknown>,
  stories: readonly Story[],
  round: number,
): Promise<void> {
  const going = stories.flatMap(({ steps, ...story }) => {
    const step = steps[round];
    return step === undefined || failures.has(story.name) ? [] : [{ ...story, ...step }];
  });
  const unless = async (name: string, work: () => Promise<unknown>) =>
    await work().catch((error: unknown) => failures.set(name, error));
  for (const { name, happens } of going) await unless(name, happens);
  const reports = await sync(programs.run);
  const left = going.filter(({ name }) => !failures.has(name));
  for (let at = 0; at < left.length; at += LOOKED_AT_ONCE)
    await Promise.all(
      left
        .slice(at, at + LOOKED_AT_ONCE)
        .map(({ name, place, ends }) => unless(name, () => ends(reports.get(place.connection)))),
    );
}

/** Each asks the service, which has a few connections to the database. */
const LOOKED_AT_ONCE = 5;

/** What the sync said of each connection. */
async function sync(
  mcsync: Programs['run' | 'ask'],
  ...options: readonly string[]
): Promise<ReadonlyMap<number, Json>> {
  const { document } = await mcsync('sync', '--wait', ...options);
  const reports: readonly Json[] = document.runs ?? [document];
  return new Map(reports.map((report) => [report.run?.connectionId ?? report.connectionId, report]));
}
