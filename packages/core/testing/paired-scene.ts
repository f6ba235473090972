import type { MemberSeed } from '@mcsync/sandbox/mailchimp/new-member';
import type { ProfileBase } from '../src/domain/profile.ts';
import type { NewMapping } from '../src/store/pairings.ts';
import { newScene, type Person, type PersonFacts, type Scene } from './scene.ts';
import type { TestService } from './test-service.ts';

/** One interest and its group. */
export interface TestInterest {
  readonly id: string;
  readonly groupId: number;
}

/** Somebody with interests on both sides. Acts happen now. */
export interface PairedPerson extends Person {
  interests(): readonly boolean[];
  groups(): readonly string[];
  merge(tag: string): unknown;
  tags(): readonly string[];
  field(name: 'first_name' | 'last_name' | 'nick_name' | 'birth_date'): unknown;
  /** At Mailchimp, on the page of their preferences. */
  prefer(interest: number, isOn: boolean): void;
  edit(values: Record<string, string | number>): void;
  /** In CiviCRM, by staff. */
  joinInterest(interest: number): void;
  leaveInterest(interest: number): void;
  base(): Promise<ProfileBase | null>;
  notes(): Promise<readonly { readonly mergeTag: string; readonly why: string }[]>;
}

export interface PairedScene extends Scene {
  readonly listId: string;
  readonly pairs: readonly TestInterest[];
  paired(name: string, facts?: PairedFacts): PairedPerson;
}

export interface PairedFacts extends PersonFacts {
  /** Which interests are on at Mailchimp, from before. */
  readonly on?: readonly number[];
  /** Whose group they are in, from before. */
  readonly inGroups?: readonly number[];
  readonly merge?: MemberSeed['mergeValues'];
  readonly lastName?: string;
}

/** How a scene is paired. */
export interface PairedOptions {
  readonly interests?: number;
  readonly mappings?: readonly NewMapping[];
  readonly policies?: readonly string[];
  readonly limits?: 'off' | 'default';
}

/** A scene whose connection pairs so many interests, and these fields. */
export async function newPairedScene(
  service: TestService,
  options: PairedOptions = {},
): Promise<PairedScene> {
  const { interests = 0, mappings = [], policies = [], limits = 'off' } = options;
  const { mailchimp, civicrm } = service.sandbox;
  const pairs: TestInterest[] = [];
  let audience = '';
  const scene = await newScene(service, policies, limits, ({ listId }) => {
    audience = listId;
    const book = mailchimp.world.audience(listId).interests;
    const category = book.addCategory('Interests', 'checkboxes');
    for (let at = 0; at < interests; at += 1) {
      const groupId = civicrm.world.createGroup(`Interest ${at} ${listId}`);
      pairs.push({ id: book.add(category.id, `Interest ${at}`).id, groupId });
    }
    return { interests: pairs.map(({ id, groupId }) => ({ interestId: id, groupId })), mappings };
  });
  const places = { ...scene, listId: audience, pairs };
  return { ...places, paired: (name, facts = {}) => pairedPerson(service, places, name, facts) };
}

function pairedPerson(
  { service, sandbox }: TestService,
  scene: Scene & { readonly listId: string; readonly pairs: readonly TestInterest[] },
  name: string,
  facts: PairedFacts,
): PairedPerson {
  const person = scene.person(name, facts);
  const { listId, pairs } = scene;
  const { mailchimp, civicrm } = sandbox;
  const member = () => mailchimp.world.findMember(listId, person.address);
  const pairAt = (at: number): TestInterest => {
    const pair = pairs[at];
    if (pair === undefined) throw new Error(`there is no interest ${at}`);
    return pair;
  };
  const seeded = mailchimp.world.audience(listId).find(person.address);
  if (seeded !== undefined) {
    seeded.interests = new Set((facts.on ?? []).map((at) => pairAt(at).id));
    seeded.mergeValues = facts.merge ?? {};
  }
  const contact = person.civicrm.findId();
  for (const at of facts.inGroups ?? []) {
    if (contact === null) throw new Error(`${name} has no contact`);
    const { groupId } = pairAt(at);
    civicrm.world.seedMembership(groupId, contact, 'Added');
    const joinedAt = civicrm.world.clock.now() - 90 * 86_400_000;
    civicrm.world.seedHistory([
      { groupId, contactId: contact, status: 'Added', method: 'Admin', at: joinedAt },
    ]);
  }
  const rows = async () =>
    await service.store.db.member.findMany({
      where: { connectionId: scene.connection.id, addressKey: person.address },
      orderBy: { id: 'asc' },
    });
  return {
    ...person,
    interests: () => pairs.map(({ id }) => member()?.interests.has(id) ?? false),
    groups: () => pairs.map(({ groupId }) => civicrm.world.statusOf(groupId, person.civicrm.id) ?? 'none'),
    merge: (tag) => member()?.mergeValues[tag] ?? '',
    tags: () => (member()?.tags ?? []).map(({ id }) => mailchimp.world.audience(listId).tags.get(id).name),
    field: (field) => civicrm.world.tables.contacts.get(person.civicrm.id)?.[field] ?? null,
    prefer: (at, isOn) =>
      mailchimp.world.people.editProfile(listId, person.address, { interests: { [pairAt(at).id]: isOn } }),
    edit: (mergeValues) => mailchimp.world.people.editProfile(listId, person.address, { mergeValues }),
    joinInterest: (at) => civicrm.world.addToGroup(pairAt(at).groupId, person.civicrm.id),
    leaveInterest: (at) => civicrm.world.removeFromGroup(pairAt(at).groupId, person.civicrm.id),
    base: async () => ((await rows())[0]?.baseProfile ?? null) as unknown as ProfileBase | null,
    notes: async () =>
      ((await rows())[0]?.fieldNotes ?? []) as unknown as readonly { mergeTag: string; why: string }[],
  };
}
