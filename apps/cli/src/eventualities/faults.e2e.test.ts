import { expect } from 'vitest';
import { openNews, SYNCED, statusesOf, UNSYNCED } from '../../testing/eventualities/news.ts';
import type { Person } from '../../testing/eventualities/person.ts';
import type { Place } from '../../testing/eventualities/place.ts';
import { type Eventuality, tellEventualities } from '../../testing/eventualities/tell-eventualities.ts';

/** Something that stops a connection. */
interface Fault {
  readonly code: string;
  /** What the fault is called in the administrator’s words. */
  readonly says: string;
  readonly strike: Strike;
  /** Left out: nobody can, or nobody does. */
  readonly mend?: Strike;
  /** What can still be looked at of `Mailchimp / CiviCRM`; both if not said. */
  readonly leave?: (statuses: string) => string | undefined;
}
type Strike = (place: Place) => Promise<unknown>;

const mailchimpOnly = (statuses: string) => statuses.split(' / ')[0];
const civicrmOnly = (statuses: string) => statuses.split(' / ')[1];

/** Each strikes a connection of its own, while those of the others are synced by the same commands. */
const STOPPING: Readonly<Record<string, Fault>> = {
  'E17: the group is disabled: the connection stops, and nobody is unsubscribed': {
    code: 'GROUP_INACTIVE',
    says: 'disabled',
    strike: ({ outside, groupId }) => outside.act('civicrm/disableGroup', { groupId }),
    mend: ({ outside, groupId }) => outside.act('civicrm/enableGroup', { groupId }),
  },
  'E17: the group is deleted: the connection stops, and nobody is unsubscribed': {
    code: 'GROUP_MISSING',
    says: 'no group with this id',
    strike: ({ outside, groupId }) => outside.act('civicrm/deleteGroup', { groupId }),
    leave: mailchimpOnly,
  },
  'E19: the audience is deleted: the connection stops, and nothing is changed in CiviCRM': {
    code: 'MAILCHIMP_AUDIENCE_MISSING',
    says: 'audience',
    strike: ({ outside, listId }) => outside.act('mailchimp/removeAudience', { listId }),
    leave: civicrmOnly,
  },
  'E21: the group becomes smart: the connection stops with a fault that says so': {
    code: 'GROUP_IS_SMART',
    says: 'smart group',
    strike: ({ outside, groupId }) => outside.act('civicrm/makeSmart', { groupId }),
  },
  'E21: the group gains a child: the connection stops with a fault that says so': {
    code: 'GROUP_HAS_CHILDREN',
    says: 'child groups',
    async strike({ outside, groupId }) {
      const childId = await outside.act('civicrm/createGroup', { title: `Child of ${groupId}` });
      await outside.act('civicrm/addChildGroup', { parentId: groupId, childId });
    },
    async mend({ outside, groupId }) {
      const [child] = await outside.askCivicrm('Group/get', { where: [['parents', 'CONTAINS', groupId]] });
      await outside.act('civicrm/deleteGroup', { groupId: child.id });
    },
  },
};

/** There is news, and something strikes: the connection stops itself, and nobody is changed. Once that is mended and the connection resumed, everything is kept the same. */
const stops =
  ({ code, says, strike, mend, leave = (statuses) => statuses }: Fault): Eventuality =>
  async (place) => {
    const news = await openNews(place);
    const expectUnchanged = async () =>
      expect((await news.statuses()).map(leave)).toEqual(UNSYNCED.map(leave));
    return [
      {
        async happens() {
          await news.happens();
          await strike(place);
        },
        async ends({ run }) {
          expect(run).toMatchObject({ state: 'failed', error: { code } });
          expect(run.error.message).toContain(says);
          const { connections } = await place.ask('status', String(place.connection));
          expect(connections).toMatchObject([{ state: 'faulted', fault: { code } }]);
          await expectUnchanged();
        },
      },
      {
        async happens() {
          if (mend === undefined) return;
          await mend(place);
          await place.ask('connection', 'resume', String(place.connection));
        },
        async ends({ run, error }) {
          if (mend === undefined) {
            expect(error).toMatchObject({ code: 'CONNECTION_FAULTED' });
            return await expectUnchanged();
          }
          expect(run).toMatchObject({ state: 'done', error: null });
          expect(await news.statuses()).toEqual(SYNCED);
        },
      },
    ];
  };

/** The faults of the connection’s interests, in the order in which they were paired. */
async function faultsOf({ ask, connection, interests }: Place): Promise<readonly unknown[]> {
  const shown = await ask('connection', 'show', String(connection));
  return interests.map(
    ({ id }) =>
      shown.interests.find((interest: { interestId: string }) => interest.interestId === id).fault?.code ??
      null,
  );
}

/** Somebody with every interest of the place, on both sides. */
async function openInterested(place: Place): Promise<Person> {
  const wilma = await place.member('wilma');
  for (const at of place.interests.keys()) {
    await wilma.mailchimp.prefer(at, true);
    await wilma.civicrm.joinInterest(at);
  }
  return wilma;
}

const INTERESTS: Readonly<Record<string, Eventuality>> = {
  'E16: the groups of two interests are disabled and deleted: these interests stop, and the third one goes on':
    async (place) => {
      const { outside, interests } = place;
      const [disabled, deleted] = interests.map(({ groupId }) => ({ groupId }));
      const wilma = await openInterested(place);
      return [
        {
          async happens() {
            await outside.act('civicrm/disableGroup', disabled ?? {});
            await outside.act('civicrm/deleteGroup', deleted ?? {});
            await wilma.mailchimp.prefer(0, false);
            await wilma.mailchimp.prefer(2, false);
          },
          async ends({ run }) {
            expect(run).toMatchObject({ state: 'done', error: null });
            expect(await faultsOf(place)).toEqual(['E16', 'E16', null]);
            expect(await wilma.mailchimp.interests()).toEqual([false, true, false]);
            expect(await wilma.civicrm.interests()).toEqual(['Added', 'none', 'Removed']);
            expect(await wilma.mailchimp.status()).toBe('subscribed');
          },
        },
        {
          happens: () => outside.act('civicrm/enableGroup', disabled ?? {}),
          async ends() {
            expect(await faultsOf(place)).toEqual([null, 'E16', null]);
            expect(await wilma.mailchimp.interests()).toEqual([false, true, false]);
            expect(await wilma.civicrm.interests()).toEqual(['Removed', 'none', 'Removed']);
          },
        },
      ];
    },

  'E20: an interest is deleted at Mailchimp: it stops, nobody leaves its group, and the others go on': async (
    place,
  ) => {
    const { outside, listId, interests } = place;
    const wilma = await openInterested(place);
    return [
      {
        async happens() {
          const [gone] = interests;
          const path = `/lists/${listId}/interest-categories/${gone?.categoryId}/interests/${gone?.id}`;
          await outside.askMailchimp('DELETE', path);
          await wilma.mailchimp.prefer(1, false);
        },
        async ends({ run }) {
          expect(run).toMatchObject({ state: 'done', error: null });
          expect(await faultsOf(place)).toEqual(['E20', null, null]);
          expect(await wilma.civicrm.interests()).toEqual(['Added', 'Removed', 'Added']);
        },
      },
    ];
  },
};

/** From so many on nobody believes at once that all have left. */
const CROWD = 20;

/** A side is suddenly empty: what follows from it waits for approval, in every run until somebody decides; the rest goes on. */
const empties =
  ({ leave, join, category, left }: Emptied): Eventuality =>
  async (place) => {
    const crowd: Person[] = [];
    for (let at = 0; at < CROWD; at += 1) crowd.push(await place.member(`somebody${at}x`));
    const newcomer = await place.contact('pebbles');
    const connection = String(place.connection);
    const expectKept = async () => expect(new Set(await statusesOf(crowd))).toEqual(new Set([left]));
    return [
      {
        async happens() {
          for (const person of crowd) await leave(person);
          await join(newcomer);
          // Whoever only looks has read the empty side, too.
          await place.ask('plan', connection);
        },
        async ends({ run, plan }) {
          expect(run).toMatchObject({ state: 'held', error: null });
          const held = { category, people: CROWD, verdict: 'held', why: 'side-shrank' };
          expect(plan).toContainEqual(expect.objectContaining(held));
          await expectKept();
          expect(await statusesOf([newcomer])).toEqual(['subscribed / Added']);
        },
      },
      {
        // What is approved beforehand was seen by nobody.
        happens: () => place.programs.ask('sync', connection, '--approve', '--wait'),
        async ends({ run }) {
          expect(run).toMatchObject({ state: 'held', error: null });
          const { connections } = await place.ask('status', connection);
          expect(connections).toMatchObject([{ held: { id: run.id } }]);
          await expectKept();
        },
      },
    ];
  };

interface Emptied {
  readonly leave: (person: Person) => Promise<void>;
  /** The other side of somebody who joins meanwhile. */
  readonly join: (person: Person) => Promise<void>;
  readonly category: string;
  /** What both sides say of those who seem to have left. */
  readonly left: string;
}

const SHRINKING: Readonly<Record<string, Eventuality>> = {
  'E23: a page is missing: the run fails, and writes nothing': async (place) => {
    const { outside, listId } = place;
    const news = await openNews(place);
    return [
      {
        async happens() {
          await news.happens();
          const path = `/lists/${listId}/members`;
          await outside.inject({ system: 'mailchimp', kind: 'drop-rows', path, times: 'always' });
        },
        async ends({ run }) {
          expect(run).toMatchObject({ state: 'failed', error: { code: 'COUNTS_DISAGREE' } });
          expect(await news.statuses()).toEqual(UNSYNCED);
          await outside.mendAll();
        },
      },
      { happens: () => Promise.resolve(), ends: async () => expect(await news.statuses()).toEqual(SYNCED) },
    ];
  },
  'E23: the group is suddenly empty: whom that would unsubscribe waits for approval, and the rest goes on':
    empties({
      leave: ({ civicrm }) => civicrm.loseRow(),
      join: ({ mailchimp }) => mailchimp.signUp(),
      category: 'removed-at-mailchimp',
      left: 'subscribed / none',
    }),
  'E23: the audience is suddenly empty: whom that would remove from the group waits for approval, and the rest goes on':
    empties({
      leave: ({ mailchimp }) => mailchimp.archive(),
      join: ({ civicrm }) => civicrm.add(),
      category: 'removed-in-civicrm',
      left: 'archived / Added',
    }),
};

tellEventualities({
  'what stops a connection': {
    connections: 'one-each',
    eventualities: Object.fromEntries(Object.entries(STOPPING).map(([name, fault]) => [name, stops(fault)])),
  },
  'what stops an interest': { connections: 'one-each', interests: 3, eventualities: INTERESTS },
  'what is too small to be true': { connections: 'one-each', eventualities: SHRINKING },
});
