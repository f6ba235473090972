import type { Decision, Wanted } from '../domain/decision.ts';
import { addressKey } from '../domain/email.ts';
import type { CivicrmFacts, Link, MailchimpFacts } from '../domain/facts.ts';
import { invariant } from '../domain/invariant.ts';
import type { Pairings } from '../domain/pairings.ts';
import { rankOfAddress } from './choose-address.ts';
import { type Component, memberKey } from './component.ts';
import type { Move } from './move-address.ts';
import { decideFields, decideTags } from './profile-fields.ts';
import { decideInterest, type Scene } from './profile-interests.ts';
import { withNewcomer } from './profile-join.ts';
import { emptySheet, type Part, withSheet } from './profile-sheet.ts';
import type { Context } from './subscription.ts';

/** The decisions with what becomes of interests, fields and tags, or what has to be read first. */
export type Profiled =
  | { readonly kind: 'decided'; readonly decisions: readonly Decision[] }
  | { readonly kind: 'unread'; readonly wanted: ReadonlySet<Wanted> };

/**
 * Rules sections 4 and 5, after the subscription is decided: only people who are in, or are about to be, are reconciled; leaving touches no interest and no field.
 * Decisions stand in the order of the component's links.
 */
export function addProfiles(
  component: Component,
  { decisions, moves }: { readonly decisions: readonly Decision[]; readonly moves: readonly (Move | null)[] },
  context: Context,
): Profiled {
  const { pairings } = context;
  if (pairings === undefined || isNothing(pairings)) return { kind: 'decided', decisions };
  const parts = component.links.map((link, at) =>
    partOf(link, decisionAt(decisions, at), { own: moves[at] ?? null, all: moves }),
  );
  const wanted = reconcileParts(
    parts.filter((part) => part !== null),
    pairings,
    context,
  );
  if (wanted.size > 0) return { kind: 'unread', wanted };
  return {
    kind: 'decided',
    decisions: component.links.map((link, at) => {
      const part = parts[at];
      if (part != null) return withSheet(part);
      const decision = decisionAt(decisions, at);
      return decision.kind === 'change'
        ? withNewcomer(link, decision, component, { ...context, pairings })
        : decision;
    }),
  };
}

const isNothing = ({ interests, mappings, tags, extraTags }: Pairings): boolean =>
  interests.length + mappings.length + tags.length + extraTags.length === 0;

/** What section 6 wants for a link, and for all. */
interface Moves {
  readonly own: Move | null;
  readonly all: readonly (Move | null)[];
}

/** In on both sides, or in at Mailchimp and about to be added to the group; and about to stay at Mailchimp. Null: nothing of this link is reconciled. */
function partOf(link: Link, decision: Decision, moves: Moves): Part | null {
  const { mailchimp: member, civicrm: contact } = link;
  if (member === null || contact === null || contact.state !== 'live') return null;
  if (member.status !== 'subscribed' || !isMemberRead(member) || !isContactRead(contact)) return null;
  if (
    !isStaying(decision) ||
    moves.all.some((move) => move?.kind === 'leave' && move.write.target === member.contactId)
  )
    return null;
  const address = moves.own?.kind === 'change' ? moves.own.write.address : addressKey(member.address);
  return {
    link,
    decision,
    member,
    contact: withNewAddresses(contact, moves.all),
    address,
    sheet: emptySheet(),
  };
}

/** A1: an address that the contact is about to get counts as theirs, so that which member speaks for them does not change with the next run. Of several the last one is the best. */
function withNewAddresses(contact: Part['contact'], moves: readonly (Move | null)[]): Part['contact'] {
  const added = moves.flatMap((move) =>
    move?.kind === 'add' && move.write.contactId === contact.contactId ? move.write.address : [],
  );
  return added.length === 0
    ? contact
    : { ...contact, addresses: [...added.toReversed(), ...contact.addresses] };
}

// Guards rather than copies: this is done for everybody who is in.
const isMemberRead = (member: MailchimpFacts): member is Part['member'] =>
  member.profile !== undefined && member.contactId !== null;
const isContactRead = (contact: CivicrmFacts): contact is Part['contact'] => contact.profile !== undefined;

function decisionAt(decisions: readonly Decision[], at: number): Decision {
  const decision = decisions[at];
  invariant(decision !== undefined, 'every link has its decision');
  return decision;
}

const isStaying = (decision: Decision): decision is Part['decision'] =>
  (decision.kind === 'agreed' && decision.side === 'in') ||
  (decision.kind === 'change' && decision.writes[0].kind === 'add-to-group');

/** Fills the sheets. What has to be read first comes back. */
function reconcileParts(
  parts: readonly Part[],
  pairings: Pairings,
  { tolerance }: Context,
): ReadonlySet<Wanted> {
  const scene: Scene = { parts, ...sourcesOf(parts), leadOf: leadsOf(parts), tolerance };
  const wanted = new Set<Wanted>();
  for (const pair of pairings.interests) {
    if (pair.fault === null && !decideInterest(pair, scene)) wanted.add('interest-history');
  }
  for (const part of new Set([...scene.sources, ...parts])) {
    if (!decideFields(pairings, part, scene)) wanted.add('owners');
    decideTags(pairings, part, scene);
  }
  return wanted;
}

/** Of each contact the in-member at the best address (rules 2.4, section 4). */
function sourcesOf(parts: readonly Part[]): Pick<Scene, 'sources' | 'sourceOf'> {
  const sources = new Map<number, Part>();
  for (const part of parts) {
    const best = sources.get(part.contact.contactId);
    if (best === undefined || rankOf(part) < rankOf(best)) sources.set(part.contact.contactId, part);
  }
  return { sources: [...sources.values()], sourceOf: (part) => known(sources, part.contact.contactId) };
}

const rankOf = ({ contact, address }: Part): number => rankOfAddress(contact.addresses, address);

const leadsRather = (one: Part, other: Part): boolean =>
  isMoved(one) || (!isMoved(other) && one.contact.contactId < other.contact.contactId);
const isMoved = ({ member, address }: Part): boolean => address !== addressKey(member.address);

/** Of several contacts of one member the one whose address they get (A2), else the one with the lowest id (rules section 3, last tie-break). */
function leadsOf(parts: readonly Part[]): Scene['leadOf'] {
  const leads = new Map<string, Part>();
  for (const part of parts) {
    const lead = leads.get(memberKey(part.member));
    if (lead === undefined || leadsRather(part, lead)) leads.set(memberKey(part.member), part);
  }
  return (part) => known(leads, memberKey(part.member));
}

function known<Key>(parts: ReadonlyMap<Key, Part>, key: Key): Part {
  const part = parts.get(key);
  invariant(part !== undefined, 'every contact and every member has a part that speaks for it');
  return part;
}
