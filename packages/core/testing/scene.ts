import type { NewContact } from '@mcsync/sandbox/civicrm/contact-details';
import type { MemberStatus } from '@mcsync/sandbox/mailchimp/member';
import type { MemberSeed } from '@mcsync/sandbox/mailchimp/new-member';
import type { Sandbox } from '@mcsync/sandbox/sandbox';
import { DAY_MS } from '../src/domain/instant.ts';
import type { Asked } from '../src/queue/run-control.ts';
import type { RunReport } from '../src/store/run-report.ts';
import type { Paired } from './connect-sandbox.ts';
import { describeWorlds } from './describe-worlds.ts';
import { type Contact, contactActs, type Member, memberActs } from './people-of-scene.ts';
import {
  type DecisionSeen,
  listAppliedFacts,
  listDecisionsSeen,
  listLinksSeen,
  listRowsSeen,
  type RowSeen,
} from './rows-of-scene.ts';
import type { TestConnection, TestService } from './test-service.ts';

/** Somebody as a test wants them. What is not said did not happen. */
export interface PersonFacts {
  /** At Mailchimp: a status, or one with its past. Left out: nobody there. */
  readonly mailchimp?: MemberStatus | Omit<MemberSeed, 'email'>;
  /** In CiviCRM: the row in the group (any text), `Deleted` (no row, and the history says so) or `none` for a contact without one. Left out: no contact. */
  readonly civicrm?: string;
  /** For how many days they have been so; 100 if not said. */
  readonly mailchimpDays?: number;
  readonly civicrmDays?: number;
  /** How the newest history row came to be; `Admin` if not said. `unknown`: there is no history at all. */
  readonly method?: 'Admin' | 'API' | 'Email' | 'Web' | 'unknown';
  /** Where others have it too; one of their own if not said. */
  readonly address?: string;
  /** All of the contact's, the first is primary; `address` alone if not said. */
  readonly addresses?: NonNullable<NewContact['emails']>;
  readonly flags?: Pick<NewContact, 'isOptOut' | 'doNotEmail' | 'isDeceased'>;
}

/** Somebody on both sides. Acts happen now. */
export interface Person {
  readonly address: string;
  readonly mailchimp: Member;
  readonly civicrm: Contact;
  /** What both sides and our only row say of them. Throws where we have several rows, or none. */
  look(): Promise<{ readonly mailchimp: string; readonly civicrm: string } & RowSeen>;
  /** What was decided about them, oldest first. */
  decisions(): Promise<readonly DecisionSeen[]>;
  /** The facts of what was applied for them, by the side written to. */
  appliedFacts(): ReturnType<typeof listAppliedFacts>;
}

/** A few people on both sides of a connection of their own. */
export interface Scene {
  readonly connection: TestConnection;
  readonly sandbox: Sandbox;
  person(name: string, facts?: PersonFacts): Person;
  /** So many people who are in on both sides, so that shares of a side mean something. */
  crowd(people: number): readonly Person[];
  /** A first sync of everything, approved beforehand. */
  firstSync(): Promise<RunReport>;
  sync(asked?: Partial<Asked>): Promise<RunReport>;
  /** The address that a person of this name has if nothing else is said. */
  address(name: string): string;
  /** All rows of the connection, as `address × contact` in the names of the persons; `nobody` where a side is missing. */
  rows(): Promise<Readonly<Record<string, RowSeen>>>;
  /** Confirmation mails that Mailchimp has sent for this audience. */
  mails(): number;
  /** What stands in both worlds, to be compared. */
  describe(): string;
}

const USUAL_DAYS = 100;
/** Mailchimp's dates are whole seconds, and a window ends before the second in which a run starts. */
const A_MOMENT_MS = 2000;

/** Makes an audience and a group, and connects them. Policies as `name=value`; limits are off unless they are what it is about. */
export async function newScene(
  service: TestService,
  policies: readonly string[] = [],
  limits: 'off' | 'default' = 'off',
  pair: (place: { readonly listId: string; readonly groupId: number }) => Paired = () => ({
    interests: [],
    mappings: [],
  }),
): Promise<Scene> {
  const { sandbox } = service;
  const { mailchimp, civicrm } = sandbox;
  const listId = mailchimp.world.addAudience(mailchimp.accountId, { name: 'Newsletter' }).id;
  const groupId = civicrm.world.createGroup(`Newsletter ${listId}`);
  const place = { listId, groupId };
  const connection = await service.connect(
    place,
    [...(limits === 'off' ? NO_LIMITS : []), ...policies],
    pair(place),
  );
  const now = sandbox.clock.now();
  const ago = (days: number) => now - days * DAY_MS;
  const db = service.service.store.db;

  const names = new Map<number, string>();
  const scene: Scene = {
    connection,
    sandbox,
    person(name, facts = {}) {
      const address = facts.address ?? scene.address(name);
      const { mailchimpDays = USUAL_DAYS, civicrmDays = USUAL_DAYS } = facts;
      if (facts.mailchimp !== undefined)
        mailchimp.world.seedMember(listId, seedOf(address, facts.mailchimp, ago(mailchimpDays)));
      const contactId =
        facts.civicrm === undefined
          ? null
          : seedContact(sandbox, place, name, address, facts, ago(civicrmDays));
      if (contactId !== null) names.set(contactId, name);
      const civicrmActs = contactActs(sandbox, groupId, contactId, address);
      const mailchimpActs = memberActs(sandbox, listId, address);
      const whose = () => ({ address, contactId: civicrmActs.findId() });
      return {
        address,
        mailchimp: mailchimpActs,
        civicrm: civicrmActs,
        async look() {
          const rows = await listRowsSeen(db, connection.id, whose());
          const [row, ...others] = rows;
          if (row === undefined || others.length > 0)
            throw new Error(`${rows.length} rows: ${JSON.stringify(rows)}`);
          return { mailchimp: mailchimpActs.status(), civicrm: civicrmActs.status(), ...row };
        },
        decisions: () => listDecisionsSeen(db, connection.id, whose()),
        appliedFacts: () => listAppliedFacts(db, connection.id, whose()),
      };
    },
    crowd: (people) =>
      Array.from({ length: people }, (_, at) =>
        scene.person(`somebody${at}`, { mailchimp: 'subscribed', civicrm: 'Added' }),
      ),
    firstSync: () => scene.sync({ approval: 'all', mode: 'full' }),
    async sync(asked) {
      sandbox.clock.advance(A_MOMENT_MS);
      return await service.sync(connection, asked);
    },
    address: (name) => `${name}@${listId}.test`,
    async rows() {
      const rows = await listLinksSeen(db, connection.id);
      const nameOf = (address: string) => address.replace(`@${listId}.test`, '');
      return Object.fromEntries(
        rows.map(({ link, ...row }) => [
          `${link.mailchimp === null ? 'nobody' : nameOf(link.mailchimp)} × ${names.get(link.contactId ?? 0) ?? 'nobody'}`,
          row,
        ]),
      );
    },
    mails: () => mailchimp.world.mails().filter((mail) => mail.listId === listId).length,
    describe: () => describeWorlds(sandbox, place),
  };
  return scene;
}

const NO_LIMITS = [
  'removed-at-mailchimp',
  'removed-in-civicrm',
  'subscribed',
  'asked',
  'created',
  'interests-off',
  'overwritten',
].map((category) => `limits.${category}=none`);

function seedOf(email: string, wanted: NonNullable<PersonFacts['mailchimp']>, at: number): MemberSeed {
  const seed = typeof wanted === 'string' ? { status: wanted } : wanted;
  const optedInAt = seed.status === 'pending' || seed.status === 'transactional' ? {} : { optedInAt: at };
  return { ...optedInAt, lastChangedAt: at, ...seed, email };
}

/** A contact whose past is over, so that only what a test does is news. */
function seedContact(
  { civicrm: { world } }: Sandbox,
  { groupId }: { readonly groupId: number },
  name: string,
  address: string,
  facts: PersonFacts,
  at: number,
): number {
  const { isOptOut = false, doNotEmail = false, isDeceased = false } = facts.flags ?? {};
  const contactId = world.seedContact({
    values: { first_name: name, is_opt_out: isOptOut, do_not_email: doNotEmail, is_deceased: isDeceased },
    createdAt: at,
    modifiedAt: at,
    emails: (facts.addresses ?? [address]).map((email) => (typeof email === 'string' ? { email } : email)),
  });
  const status = facts.civicrm ?? 'none';
  if (status !== 'none' && status !== 'Deleted') world.seedMembership(groupId, contactId, status);
  const method = facts.method ?? 'Admin';
  if (status === 'none' || method === 'unknown') return contactId;
  const last = { groupId, contactId, status, method, at };
  const wasAdded = { groupId, contactId, status: 'Added', method: 'Admin', at: at - DAY_MS };
  world.seedHistory(status === 'Removed' || status === 'Deleted' ? [wasAdded, last] : [last]);
  return contactId;
}
