import { expect } from 'vitest';
import type { Json } from '../../testing/eventualities/outside.ts';
import { type Eventuality, tellEventualities } from '../../testing/eventualities/tell-eventualities.ts';

/** Both sides in, and agreed. */
const IN = { mailchimp: 'subscribed', civicrm: 'Added', sync: 'ok', base: 'in' } as const;
/** Both sides out, and agreed. */
const OUT = { mailchimp: 'unsubscribed', civicrm: 'Removed', sync: 'ok', base: 'out' } as const;

/** What happens to people, from agreement on. */
const PEOPLE: Readonly<Record<string, Eventuality>> = {
  'E1: who signs up at Mailchimp is matched with a contact, or becomes one, and is added to the group':
    async (place) => {
      const known = await place.contact('wilma');
      const stranger = place.person('fred');
      return [
        {
          async happens() {
            await known.mailchimp.signUp();
            await stranger.mailchimp.signUp({ FNAME: 'Fred', LNAME: 'Flint' });
          },
          async ends({ counts }) {
            // Their first name, which Mailchimp lacks, is told to it by the same sync.
            expect(await known.look()).toEqual({ ...IN, rule: 'R3c' });
            expect(await stranger.look()).toEqual({ ...IN, rule: 'R3c' });
            expect(await stranger.civicrm.fetch()).toMatchObject({ first_name: 'Fred', last_name: 'Flint' });
            expect(counts.created).toBe(1);
          },
        },
      ];
    },

  'E2: who unsubscribes at Mailchimp is removed from the group': async (place) => {
    const wilma = await place.member('wilma');
    return [
      {
        happens: () => wilma.mailchimp.unsubscribe(),
        ends: async () => expect(await wilma.look()).toEqual({ ...OUT, rule: 'R4a' }),
      },
    ];
  },

  'E3: who is cleaned at Mailchimp is removed from the group, and the address is put on hold': async (
    place,
  ) => {
    const wilma = await place.member('wilma');
    return [
      {
        happens: () => wilma.mailchimp.bounce(),
        ends: async () =>
          expect(await wilma.look()).toEqual({
            ...OUT,
            mailchimp: 'cleaned',
            civicrm: 'Removed, on hold',
            rule: 'R4a',
            warnings: ['cleaned'],
          }),
      },
    ];
  },

  'E4: who is archived at Mailchimp is removed from the group': async (place) => {
    const wilma = await place.member('wilma');
    return [
      {
        happens: () => wilma.mailchimp.archive(),
        ends: async () => expect(await wilma.look()).toEqual({ ...OUT, mailchimp: 'archived', rule: 'R4a' }),
      },
    ];
  },

  'E5: who is permanently deleted at Mailchimp is missed, removed from the group, and not added there again':
    async (place) => {
      const wilma = await place.member('wilma');
      const erased = { ...OUT, mailchimp: 'absent', rule: 'R4e' };
      return [
        {
          happens: () => wilma.mailchimp.erase(),
          ends: async () => expect(await wilma.look()).toEqual(erased),
        },
        { happens: NOTHING, ends: async () => expect(await wilma.look()).toEqual(erased) },
      ];
    },

  'E8: who is added to the group is subscribed': async (place) => {
    const stranger = await place.contact('wilma');
    const returning = await place.member('fred');
    await returning.mailchimp.adminUnsubscribe();
    await returning.civicrm.remove();
    return [
      {
        async happens() {
          await stranger.civicrm.add();
          await returning.civicrm.add();
        },
        async ends() {
          expect(await stranger.look()).toEqual({ ...IN, rule: 'R4c' });
          expect(await returning.look()).toEqual({ ...IN, rule: 'R4b' });
        },
      },
    ];
  },

  'E9: who is removed from the group is unsubscribed': async (place) => {
    const wilma = await place.member('wilma');
    return [
      {
        happens: () => wilma.civicrm.remove(),
        ends: async () => expect(await wilma.look()).toEqual({ ...OUT, rule: 'R3a' }),
      },
    ];
  },

  'E10: whose membership is deleted, or vanishes, is unsubscribed as if they were removed': async (place) => {
    const deleted = await place.member('wilma');
    const vanished = await place.member('fred');
    return [
      {
        async happens() {
          await deleted.civicrm.deleteRow();
          await vanished.civicrm.loseRow();
        },
        async ends() {
          expect(await deleted.look()).toEqual({ ...OUT, civicrm: 'none', rule: 'R3a' });
          expect(await vanished.look()).toEqual({ ...OUT, civicrm: 'none', rule: 'R3a' });
        },
      },
    ];
  },

  'E11: whose contact is trashed is unsubscribed, and comes back with it unless they left meanwhile': async (
    place,
  ) => {
    const wilma = await place.member('wilma');
    const leaver = await place.member('fred');
    const shared = await place.member('betty');
    const sharer = await place.contact('barney', shared.address);
    await sharer.civicrm.add();
    const trashed = { ...OUT, civicrm: 'trashed', rule: 'E11' };
    return [
      {
        async happens() {
          for (const person of [wilma, leaver, shared]) await person.civicrm.trash();
        },
        async ends({ counts }) {
          expect(await wilma.look()).toEqual(trashed);
          expect(await leaver.look()).toEqual(trashed);
          expect((await wilma.explain()).rows).toMatchObject([{ agreed: { side: 'out', byTrash: true } }]);
          // Somebody else in the group has this address.
          expect(await shared.mailchimp.status()).toBe('subscribed');
          expect(counts.created).toBeLessThanOrEqual(1); // E1's
        },
      },
      {
        async happens() {
          await wilma.civicrm.restore();
          await leaver.mailchimp.signUp();
          await leaver.mailchimp.unsubscribe();
          await leaver.civicrm.restore();
        },
        async ends() {
          expect(await wilma.look()).toEqual({ ...IN, rule: 'R4b' });
          expect(await leaver.look()).toEqual({ ...OUT, rule: 'R4b', as: 'R4a' });
        },
      },
    ];
  },

  'E12: whose contact is permanently deleted is unsubscribed': async (place) => {
    const wilma = await place.member('wilma');
    return [
      {
        happens: () => wilma.civicrm.erase(),
        ends: async () => expect(await wilma.look()).toEqual({ ...OUT, civicrm: 'erased', rule: 'E12' }),
      },
    ];
  },

  'E12b: who was trashed, or deleted, and signs up afresh gets a new contact, with a warning that names the trashed one':
    async (place) => {
      const wilma = await place.member('wilma');
      const fred = await place.member('fred');
      const earlier = await Promise.all([wilma, fred].map(({ civicrm }) => civicrm.id()));
      return [
        {
          async happens() {
            await wilma.civicrm.trash();
            await fred.civicrm.erase();
          },
          async ends() {
            expect(await wilma.look()).toMatchObject({ mailchimp: 'unsubscribed', rule: 'E11' });
            expect(await fred.look()).toMatchObject({ mailchimp: 'unsubscribed', rule: 'E12' });
          },
        },
        {
          async happens() {
            await wilma.mailchimp.signUp();
            await fred.mailchimp.signUp();
          },
          async ends() {
            for (const { name, address } of [wilma, fred]) {
              const afresh = place.person(name, address);
              expect(await afresh.look()).toEqual({ ...IN, rule: 'E12b', warnings: ['joined-afresh'] });
              expect(earlier).not.toContain(await afresh.civicrm.id());
            }
            const trashed = { contactId: earlier[0], state: 'trashed' };
            expect((await wilma.explain()).now.civicrm).toContainEqual(expect.objectContaining(trashed));
          },
        },
      ];
    },

  'E13: who is merged into another contact stays subscribed, as that contact': async (place) => {
    const wilma = await place.member('wilma');
    const survivor = await place.contact('wilma');
    const vanished = await place.member('fred');
    const holder = await place.contact('barney', vanished.address);
    await holder.civicrm.add();
    const gone = await place.member('pebbles');
    await place.contact('bambam', gone.address);
    return [
      {
        async happens() {
          await wilma.civicrm.mergeInto(survivor);
          await vanished.civicrm.erase();
          await gone.civicrm.erase();
        },
        async ends() {
          expect(await wilma.mailchimp.status()).toBe('subscribed');
          expect(await survivor.civicrm.status()).toBe('Added');
          const { rows } = await wilma.explain();
          expect(rows).toMatchObject([
            {
              civicrm: { contactId: await survivor.civicrm.id() },
              agreed: { side: 'in' },
              rule: { id: 'R1' },
            },
          ]);
          // Nobody can tell what became of a contact that is gone for good: only somebody in the group with its address shows a merge.
          expect(await vanished.mailchimp.status()).toBe('subscribed');
          expect(await holder.civicrm.status()).toBe('Added');
          expect(await gone.mailchimp.status()).toBe('unsubscribed');
        },
      },
    ];
  },
};

const NOTHING = () => Promise.resolve();

/** What we ourselves have done to people. */
const OURSELVES: Readonly<Record<string, Eventuality>> = {
  'E25: our own writes come back as changes and are recognised: nobody is decided about again': async (
    place,
  ) => {
    const joined = await place.contact('wilma');
    const left = await place.member('fred');
    const signedUp = place.person('barney');
    const unsubscribed = await place.member('betty');
    const people = [joined, left, signedUp, unsubscribed];
    const decided = async () =>
      await Promise.all(people.map(async (person) => (await person.explain()).rows.map(decisionsOf)));
    const before: Json[] = [];
    return [
      {
        async happens() {
          await joined.civicrm.add();
          await left.civicrm.remove();
          await signedUp.mailchimp.signUp();
          await unsubscribed.mailchimp.unsubscribe();
        },
        async ends() {
          before.push(...(await decided()));
          expect(before.map(([[decision]]) => decision)).toEqual(['R4c', 'R3a', 'R3c', 'R4a']);
        },
      },
      { happens: NOTHING, ends: async () => expect(await decided()).toEqual(before) },
    ];
  },
};

/** The rules of all that was decided about one row, newest first. */
const decisionsOf = ({ decisions }: Json): readonly string[] => decisions.map(({ rule }: Json) => rule);

/** Interests, fields and tags of people who are in. */
const PROFILES: Readonly<Record<string, Eventuality>> = {
  'E6: interests changed at Mailchimp change the groups': async (place) => {
    const wilma = await place.member('wilma');
    await wilma.mailchimp.prefer(0, true);
    await wilma.civicrm.joinInterest(0);
    return [
      {
        async happens() {
          await wilma.mailchimp.prefer(0, false);
          await wilma.mailchimp.prefer(1, true);
        },
        async ends() {
          expect(await wilma.civicrm.interests()).toEqual(['Removed', 'Added']);
          expect(await wilma.mailchimp.interests()).toEqual([false, true]);
          expect(await wilma.look()).toMatchObject(IN);
        },
      },
    ];
  },

  'E7: other data changed at Mailchimp goes where the fields are mapped to': async (place) => {
    const wilma = await place.member('wilma');
    return [
      {
        happens: () => wilma.mailchimp.edit({ FNAME: 'Wilhelmina', NICK: 'Willy', PHONE: '555' }),
        async ends() {
          expect(await wilma.civicrm.fetch()).toMatchObject({ first_name: 'Wilhelmina', nick_name: 'Willy' });
          expect(await wilma.look()).toMatchObject(IN);
        },
      },
    ];
  },

  'E14: who is added to the group of an interest has it switched on': async (place) => {
    const wilma = await place.member('wilma');
    return [
      {
        happens: () => wilma.civicrm.joinInterest(1),
        async ends() {
          expect(await wilma.mailchimp.interests()).toEqual([false, true]);
          expect(await wilma.look()).toMatchObject(IN);
        },
      },
    ];
  },

  'E15: who is removed from the group of an interest has it switched off, and stays subscribed': async (
    place,
  ) => {
    const wilma = await place.member('wilma');
    await wilma.mailchimp.prefer(0, true);
    await wilma.civicrm.joinInterest(0);
    return [
      {
        happens: () => wilma.civicrm.leaveInterest(0),
        async ends() {
          expect(await wilma.mailchimp.interests()).toEqual([false, false]);
          expect(await wilma.look()).toMatchObject(IN);
        },
      },
    ];
  },

  'E18: other data changed in CiviCRM goes to merge fields and tags, by the direction of each': async (
    place,
  ) => {
    const wilma = await place.member('wilma');
    return [
      {
        async happens() {
          await wilma.civicrm.edit({ lastName: 'Flint', nickName: 'Willy' });
          await wilma.civicrm.tag('Volunteer');
          await wilma.civicrm.tag('Secret');
        },
        async ends() {
          const { merge_fields: merged } = await wilma.mailchimp.fetch();
          expect(merged).toMatchObject({ FNAME: 'wilma', LNAME: 'Flint', NICK: '' });
          expect(await wilma.mailchimp.tags()).toEqual(['Volunteer']);
          expect(await wilma.look()).toMatchObject(IN);
        },
      },
    ];
  },
};

/** The same under policies that are not the usual ones. */
const OTHERWISE: Readonly<Record<string, Eventuality>> = {
  'E3: the address is not put on hold with holdCleaned=off': async (place) => {
    const wilma = await place.member('wilma');
    return [
      {
        happens: () => wilma.mailchimp.bounce(),
        ends: async () =>
          expect(await wilma.look()).toMatchObject({ ...OUT, mailchimp: 'cleaned', civicrm: 'Removed' }),
      },
    ];
  },

  'E9: who is removed from the group is archived with removal=archive': async (place) => {
    const wilma = await place.member('wilma');
    return [
      {
        happens: () => wilma.civicrm.remove(),
        ends: async () => expect(await wilma.look()).toEqual({ ...OUT, mailchimp: 'archived', rule: 'R3a' }),
      },
    ];
  },

  'E11: whose contact is trashed is archived with removal=archive': async (place) => {
    const wilma = await place.member('wilma');
    return [
      {
        happens: () => wilma.civicrm.trash(),
        ends: async () =>
          expect(await wilma.look()).toEqual({
            ...OUT,
            mailchimp: 'archived',
            civicrm: 'trashed',
            rule: 'E11',
          }),
      },
    ];
  },

  'E12: whose contact is permanently deleted is so at Mailchimp with eraseAtMailchimp=on': async (place) => {
    const wilma = await place.member('wilma');
    return [
      {
        happens: () => wilma.civicrm.erase(),
        ends: async () =>
          expect(await wilma.look()).toEqual({ ...OUT, mailchimp: 'absent', civicrm: 'erased', rule: 'E12' }),
      },
    ];
  },
};

tellEventualities({
  people: { eventualities: PEOPLE },
  'what we do ourselves': { eventualities: OURSELVES },
  profiles: {
    interests: 2,
    mergeFields: ['NICK'],
    tags: ['Volunteer', 'Secret'],
    maps: ['nick_name=NICK:mailchimp-to-civicrm', 'tag:Volunteer'],
    eventualities: PROFILES,
  },
  'other policies': {
    policies: ['holdCleaned=off', 'removal=archive', 'eraseAtMailchimp=on'],
    eventualities: OTHERWISE,
  },
});
