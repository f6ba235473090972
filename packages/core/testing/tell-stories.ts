import { beforeAll, describe, expect, test } from 'vitest';
import { MINUTE_MS } from '../src/domain/instant.ts';
import { expectNothingMore } from './expect-nothing-more.ts';
import { newScene, type Person, type PersonFacts } from './scene.ts';
import { startTestService, type TestService } from './test-service.ts';

/** Somebody, what happens to them, and what becomes of them. */
export interface Story {
  readonly given: PersonFacts;
  /** Before the first sync. */
  readonly before?: (person: Person) => void;
  /** Between the first sync and the second, which is incremental. */
  readonly act?: (person: Person, later: Later) => void;
  /** Between the second sync and the third. */
  readonly act2?: (person: Person, later: Later) => void;
  readonly ends: Awaited<ReturnType<Person['look']>>;
}
/** Lets ten minutes go by: longer than the tolerance by which dates are compared. */
export type Later = () => void;
export type Stories = Readonly<Record<string, Story>>;

/** Both sides in, and agreed. */
export const IN = { mailchimp: 'subscribed', civicrm: 'Added', sync: 'ok', base: 'in' } as const;
/** Both sides out, and agreed. */
export const OUT = { mailchimp: 'unsubscribed', civicrm: 'Removed', sync: 'ok', base: 'out' } as const;

/** Stories that share a connection, and its policies as `name=value`. */
export interface Chapter {
  readonly title: string;
  readonly policies?: readonly string[];
  readonly stories: Stories;
}

/**
 * Puts the people of each chapter into a scene of its own, all in one service and at the same time; syncs once, and once more after each round of acts. Then each story is a test by its
 * name, and so is that whatever was written is on record, and that nothing is left to do.
 */
export function tellStories(chapters: readonly Chapter[]): void {
  const told = new Map<string, Promise<Told>>();
  beforeAll(async () => {
    const service = await startTestService({ lasts: 'file' });
    for (const chapter of chapters) told.set(chapter.title, tell(service, chapter));
    await Promise.allSettled(told.values()); // each chapter says for itself what went wrong
  });
  describe.each(chapters)('$title', ({ title, stories }) => {
    let chapter: Told;
    beforeAll(async () => {
      chapter = await get(told, title);
    });
    test.each(Object.entries(stories))('%s', (name, { ends }) => {
      expect(get(chapter.ends, name)).toEqual(ends);
    });
    test('I3: whatever was written is on record with its rule and its facts', async () => {
      for (const person of chapter.people.values()) await expectOnRecord(person);
    });
    test('I1: a further sync writes nothing', () => {
      if (chapter.unrest !== null) throw chapter.unrest;
    });
  });
}

interface Told {
  readonly people: ReadonlyMap<string, Person>;
  readonly ends: ReadonlyMap<string, Story['ends'] | Error>;
  /** What a further sync did that it should not have; null: nothing. */
  readonly unrest: unknown;
}

async function tell(service: TestService, { policies = [], stories }: Chapter): Promise<Told> {
  const scene = await newScene(service, policies);
  const people = new Map<string, Person>();
  for (const [name, { given, before }] of Object.entries(stories)) {
    const person = scene.person(`person${people.size}`, given);
    people.set(name, person);
    before?.(person);
  }
  expect((await scene.firstSync()).run).toMatchObject({ state: 'done', error: null });
  const later = () => service.sandbox.clock.advance(10 * MINUTE_MS);
  for (const round of ['act', 'act2'] as const) {
    const acting = Object.entries(stories).filter(([, story]) => story[round] !== undefined);
    for (const [name, story] of acting) story[round]?.(get(people, name), later);
    if (acting.length === 0) continue;
    expect((await scene.sync()).run).toMatchObject({ state: 'done', error: null });
  }
  const ends = new Map<string, Story['ends'] | Error>();
  for (const [name, person] of people) ends.set(name, await person.look().catch((error: Error) => error));
  const unrest: unknown = await expectNothingMore(scene, ['incremental', 'full']).then(
    () => null,
    (error: unknown) => error,
  );
  return { people, ends, unrest };
}

/** No trace of ours on either side without a decision that says why. */
async function expectOnRecord(person: Person): Promise<void> {
  const { mailchimp, civicrm } = await person.appliedFacts();
  expect(person.mailchimp.writes()).toBeLessThanOrEqual(mailchimp.length);
  expect(person.civicrm.writes()).toBeLessThanOrEqual(civicrm.length);
  for (const facts of [...mailchimp, ...civicrm]) expect(facts.mailchimp ?? facts.civicrm).not.toBeNull();
}

function get<Value>(map: ReadonlyMap<string, Value>, name: string): Value {
  const value = map.get(name);
  if (value === undefined) throw new Error(`there is no ${name}`);
  return value;
}
