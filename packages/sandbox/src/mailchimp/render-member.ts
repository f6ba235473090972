import { isoSeconds } from '../clock.ts';
import type { Audience } from './audience.ts';
import { memberLinks } from './links.ts';
import { type Member, uniqueEmailId } from './member.ts';
import { prune, type Selection, under } from './select-fields.ts';
import type { Tag } from './tag-book.ts';

/** A member in JSON, with as much of it as was asked for. */
export type RenderMember = (member: Member) => Record<string, unknown>;

interface MemberPlace {
  readonly audience: Audience;
  /** Everything up to and including `/3.0`. */
  readonly base: string;
}

type Property = (member: Member, place: MemberPlace) => unknown;

export const TAGS_SHOWN = 50;

const UNKNOWN_PLACE = { gmtoff: 0, dstoff: 0, country_code: '', timezone: '' } as const;
/** What is not known of where a member is, besides latitude and longitude. */
export const UNKNOWN_LOCATION = { ...UNKNOWN_PLACE, region: '' } as const;

/** Every property of the member object in the order of the real answers (reference 3.4); undefined leaves it out. */
const PROPERTIES: readonly (readonly [string, Property])[] = [
  ['id', (member) => member.hash],
  ['email_address', (member) => member.email],
  ['unique_email_id', (member) => uniqueEmailId(member.hash)],
  ['contact_id', (member) => member.contactId],
  [
    'full_name',
    (member) => `${member.mergeValues['FNAME'] ?? ''} ${member.mergeValues['LNAME'] ?? ''}`.trim(),
  ],
  ['web_id', (member) => member.webId],
  ['email_type', (member) => member.emailType],
  ['status', (member) => member.status],
  [
    'unsubscribe_reason',
    (member) => (member.status === 'unsubscribed' ? member.unsubscribeReason : undefined),
  ],
  ['consents_to_one_to_one_messaging', () => true],
  ['merge_fields', (member, { audience }) => mergeFieldsOf(member, audience)],
  ['interests', (member, { audience }) => interestsOf(member, audience)],
  ['stats', () => ({ avg_open_rate: 0, avg_click_rate: 0 })],
  ['ip_signup', (member) => member.ipSignup],
  ['timestamp_signup', (member) => renderSeconds(member.timestampSignup)],
  ['ip_opt', (member) => member.ipOpt],
  ['timestamp_opt', (member) => renderSeconds(member.timestampOpt)],
  ['member_rating', () => 2],
  ['last_changed', (member) => renderSeconds(member.lastChanged)],
  ['language', (member) => member.language],
  ['vip', (member) => member.vip],
  ['email_client', () => ''],
  ['location', ({ location }) => ({ ...location, ...UNKNOWN_LOCATION })],
  ['source', (member) => member.source],
  ['tags_count', (member) => member.tags.length],
  [
    'tags',
    (member, { audience }) =>
      member.tags.slice(0, TAGS_SHOWN).map(({ id }) => shownTag(audience.tags.get(id))),
  ],
  ['list_id', (_, { audience }) => audience.id],
  ['_links', (member, { audience, base }) => memberLinks(base, audience.id, member.hash)],
];

/** What the member objects of `POST /lists/{id}` lack (reference section 5). */
const NOT_IN_BULK: ReadonlySet<string> = new Set([
  'full_name',
  'web_id',
  'unsubscribe_reason',
  'source',
  'consents_to_one_to_one_messaging',
]);

const BULK_LOCATION: Property = ({ location }) => ({ ...location, ...UNKNOWN_PLACE });

const BULK_PROPERTIES: readonly (readonly [string, Property])[] = PROPERTIES.filter(
  ([name]) => !NOT_IN_BULK.has(name),
).map(([name, property]) => [name, name === 'location' ? BULK_LOCATION : property]);

/** What the list of a segment lacks (reference 8.4, by the description). */
const NOT_IN_SEGMENT: ReadonlySet<string> = new Set([
  'contact_id',
  'web_id',
  'unsubscribe_reason',
  'consents_to_one_to_one_messaging',
  'source',
  'tags_count',
  'tags',
]);

const SEGMENT_PROPERTIES: readonly (readonly [string, Property])[] = PROPERTIES.filter(
  ([name]) => !NOT_IN_SEGMENT.has(name),
).map(([name, property]) => [name, name === 'location' ? BULK_LOCATION : property]);

/** Prepares the making of member objects: only what was asked for is made at all, which is what keeps large pages fast. */
export function memberRenderer(place: MemberPlace, selection: Selection): RenderMember {
  return rendererOf(PROPERTIES, place, selection);
}

/** The smaller objects of `POST /lists/{id}`. */
export function bulkMemberRenderer(place: MemberPlace): RenderMember {
  return rendererOf(BULK_PROPERTIES, place, { kind: 'all' });
}

/** The members of a segment: once more another selection of properties. */
export function segmentMemberRenderer(place: MemberPlace): RenderMember {
  return rendererOf(SEGMENT_PROPERTIES, place, { kind: 'all' });
}

export const shownTag = ({ id, name }: Tag): { readonly id: number; readonly name: string } => ({ id, name });

/** Whole seconds since 1970 → ISO; 0 is unset, which Mailchimp writes as the empty string. */
export const renderSeconds = (seconds: number): string => (seconds === 0 ? '' : isoSeconds(seconds * 1000));

function rendererOf(
  properties: readonly (readonly [string, Property])[],
  place: MemberPlace,
  selection: Selection,
): RenderMember {
  const wanted = properties
    .map(([name, property]) => ({ name, property, left: under(selection, name) }))
    .filter(({ left }) => left.kind !== 'nothing');
  return (member) => {
    const rendered: Record<string, unknown> = {};
    for (const { name, property, left } of wanted) {
      const value = property(member, place);
      if (value !== undefined) rendered[name] = prune(value, left);
    }
    return rendered;
  };
}

/** Every tag of the audience; what is not set is `''` whatever its type. */
function mergeFieldsOf({ mergeValues }: Member, audience: Audience): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const { tag } of audience.mergeFields) values[tag] = mergeValues[tag] ?? '';
  return values;
}

/** Every interest of the audience; the key is absent where there are none. */
function interestsOf(member: Member, audience: Audience): Record<string, boolean> | undefined {
  const ids = audience.interests.ids;
  return ids.length === 0 ? undefined : Object.fromEntries(ids.map((id) => [id, member.interests.has(id)]));
}
