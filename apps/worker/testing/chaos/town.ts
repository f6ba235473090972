import { act, type Place } from '@mcsync/sandbox/people';
import { Random } from '@mcsync/sandbox/random';
import type { LoggedRequest } from '@mcsync/sandbox/request-log';
import type { Sandbox } from '@mcsync/sandbox/sandbox';
import { populateCharity } from '@mcsync/sandbox/scenario';
import { startSandbox } from '@mcsync/sandbox/start-sandbox';

/** Both outside systems, with people who keep acting on both sides, and a record of every write that reached Mailchimp. */
export interface Town {
  readonly sandbox: Sandbox;
  readonly place: Place;
  /** Direct writes to members, in order. */
  readonly directWrites: readonly LoggedRequest[];
  /** Lets some things happen; now and then a whole club joins, so that there is a batch to be sent. */
  live(): void;
  /** How many things have happened. */
  acts(): number;
  close(): Promise<void>;
}

/** More than go directly. */
const CLUB = 26;

export async function openTown({
  people,
  seed,
}: {
  readonly people: number;
  readonly seed: number;
}): Promise<Town> {
  const sandbox = await startSandbox({ seed });
  const place = populateCharity(sandbox, { people, seed });
  const random = new Random(seed);
  const directWrites = recordDirectWrites(sandbox);
  let acts = 0;
  let clubs = 0;
  return {
    sandbox,
    place,
    directWrites,
    live() {
      const many = random.int(3, 12);
      for (let n = 0; n < many; n++) act(sandbox, random, place);
      acts += many + confirmSome(sandbox, place, random) + askSome(sandbox, place, random);
      acts += joinKnown(sandbox, place, random) + bounceSome(sandbox, place, random);
      if (!random.chance(0.4)) return;
      clubs += 1;
      acts += joinTogether(sandbox, place, `club${clubs}`);
    },
    acts: () => acts,
    close: () => sandbox.close(),
  };
}

/** The log itself keeps the last thousand only. */
function recordDirectWrites({ requests }: Sandbox): readonly LoggedRequest[] {
  const writes: LoggedRequest[] = [];
  const record = requests.record.bind(requests);
  requests.record = (request) => {
    record(request);
    const isWrite = request.system === 'mailchimp' && request.kind === 'write';
    if (isWrite && request.path.includes('/members/')) writes.push(request);
  };
  return writes;
}

function confirmSome({ mailchimp }: Sandbox, { listId }: Place, random: Random): number {
  const pending = mailchimp.world.audience(listId).sorted('pending', 'created');
  if (pending.length === 0 || !random.chance(0.3)) return 0;
  mailchimp.world.people.confirm(listId, random.pick(pending).email);
  return 1;
}

/** Staff add somebody again who left at Mailchimp by their own will: they are to be asked, once. */
function askSome({ mailchimp, civicrm }: Sandbox, { listId, groupId }: Place, random: Random): number {
  const left = mailchimp.world.audience(listId).sorted('unsubscribed', 'created');
  if (left.length === 0 || !random.chance(0.5)) return 0;
  const [contact] = civicrm.world.findHolders(random.pick(left).email);
  if (contact === undefined || civicrm.world.contact(contact).is_deleted) return 0;
  civicrm.world.removeFromGroup(groupId, contact);
  civicrm.world.addToGroup(groupId, contact);
  return 1;
}

/** Somebody who is a contact without being in the group signs up at Mailchimp: CiviCRM has to add whom it knows. */
function joinKnown({ mailchimp, civicrm }: Sandbox, { listId, groupId }: Place, random: Random): number {
  const known = civicrm.world.tables.contacts
    .all()
    .filter(({ id, is_deleted }) => !is_deleted && civicrm.world.statusOf(groupId, id) === null);
  if (known.length === 0 || !random.chance(0.7)) return 0;
  const [email] = civicrm.world.emailsOf(random.pick(known).id);
  if (email === undefined || mailchimp.world.findMember(listId, email.email) !== undefined) return 0;
  mailchimp.world.people.signUp(listId, { email: email.email });
  return 1;
}

/** Mail to somebody bounces, so their address is put on hold in CiviCRM. */
function bounceSome({ mailchimp }: Sandbox, { listId }: Place, random: Random): number {
  const subscribed = mailchimp.world.audience(listId).sorted('subscribed', 'created');
  if (subscribed.length === 0 || !random.chance(0.3)) return 0;
  mailchimp.world.people.bounce(listId, random.pick(subscribed).email);
  return 1;
}

function joinTogether({ civicrm }: Sandbox, { groupId }: Place, name: string): number {
  for (let n = 0; n < CLUB; n++) {
    const email = `${name}.${n}@club.test`;
    const contact = civicrm.world.createContact({ firstName: name, lastName: String(n), emails: [email] });
    civicrm.world.addToGroup(groupId, contact);
  }
  return CLUB;
}
