import type { Audience } from './audience.ts';
import type { BytePool } from './byte-pool.ts';
import { memberLinks } from './links.ts';
import { type Member, uniqueEmailId } from './member.ts';
import { renderSeconds, shownTag, TAGS_SHOWN, UNKNOWN_LOCATION } from './render-member.ts';

/** Stands for the hash in what is written once for all members, byte for byte. */
const HASH = '#'.repeat(32);
const quoted = JSON.stringify;
/** A character takes at most three bytes of UTF-8. */
const MOST_BYTES = 3;

export interface PageBytes {
  readonly bytes: Buffer;
  readonly done: () => void;
}

export interface PageParts {
  readonly audience: Audience;
  /** Everything up to and including `/3.0`. */
  readonly base: string;
  readonly members: readonly Member[];
  /** What stands before and after the array of members. */
  readonly before: string;
  readonly after: string;
}

/**
 * Whole member objects as the bytes of JSON, exactly as `memberRenderer` and `JSON.stringify` would have them: pages of a thousand
 * members are most of what the sandbox is asked for, and half of each is links that differ by the hash alone. `done` is to be called
 * when the bytes have been sent: they are the pool's.
 */
export function memberPage(pool: BytePool, { audience, base, members, before, after }: PageParts): PageBytes {
  const links = linksTemplate(audience, base);
  const textOf = memberText(audience);
  const around = MOST_BYTES * (before.length + after.length) + 2;
  let page = pool.take(around + members.length * (links.bytes.length + 2_000));
  let at = page.write(`${before}[`, 0);
  for (const [n, member] of members.entries()) {
    const text = `${n === 0 ? '' : ','}${textOf(member)}`;
    const needed = at + MOST_BYTES * text.length + links.bytes.length + around;
    if (needed > page.length) page = grown(pool, page, at, needed);
    at += page.write(text, at);
    at += writeLinks(links, page, at, member.hash);
    at += page.write('}', at, 'latin1');
  }
  at += page.write(`]${after}`, at);
  const used = page;
  return { bytes: used.subarray(0, at), done: () => pool.giveBack(used) };
}

interface LinksTemplate {
  readonly bytes: Buffer;
  /** Where the hash goes. */
  readonly places: readonly number[];
}

function linksTemplate(audience: Audience, base: string): LinksTemplate {
  const text = quoted(memberLinks(base, audience.id, HASH));
  const pieces = text.split(HASH);
  let place = 0;
  const places = pieces.slice(0, -1).map((piece, n) => {
    place += Buffer.byteLength(piece) + (n === 0 ? 0 : HASH.length);
    return place;
  });
  return { bytes: Buffer.from(text), places };
}

function writeLinks({ bytes, places }: LinksTemplate, page: Buffer, at: number, hash: string): number {
  bytes.copy(page, at);
  const [first = 0, ...others] = places;
  page.write(hash, at + first, 'latin1');
  for (const place of others) page.copyWithin(at + place, at + first, at + first + hash.length);
  return bytes.length;
}

function grown(pool: BytePool, page: Buffer, used: number, needed: number): Buffer {
  const larger = pool.take(2 * needed);
  page.copy(larger, 0, 0, used);
  pool.giveBack(page);
  return larger;
}

/** Everything of a member but the links and the closing brace. */
function memberText(audience: Audience): (member: Member) => string {
  const tags = audience.mergeFields.map(({ tag }) => ({ tag, key: `${quoted(tag)}:` }));
  const interestIds = audience.interests.ids.map((id) => ({ id, key: `${quoted(id)}:` }));
  const end = `,"list_id":${quoted(audience.id)},"_links":`;
  return (member) => {
    const { mergeValues, location } = member;
    const { FNAME = '', LNAME = '' } = mergeValues;
    const isSomewhere = location.latitude !== 0 || location.longitude !== 0;
    const values = tags.map(({ tag, key }) => key + quoted(mergeValues[tag] ?? '')).join(',');
    const interests = interestIds.map(({ id, key }) => key + member.interests.has(id)).join(',');
    return (
      `{"id":"${member.hash}","email_address":${quoted(member.email)}` +
      `,"unique_email_id":"${uniqueEmailId(member.hash)}","contact_id":"${member.contactId}"` +
      `,"full_name":${quoted(`${FNAME} ${LNAME}`.trim())},"web_id":${member.webId}` +
      `,"email_type":${quoted(member.emailType)},"status":"${member.status}"` +
      (member.status === 'unsubscribed' ? `,"unsubscribe_reason":${quoted(member.unsubscribeReason)}` : '') +
      `,"consents_to_one_to_one_messaging":true,"merge_fields":{${values}}` +
      (interestIds.length === 0 ? '' : `,"interests":{${interests}}`) +
      ',"stats":{"avg_open_rate":0,"avg_click_rate":0}' +
      `,"ip_signup":${quoted(member.ipSignup)},"timestamp_signup":"${renderSeconds(member.timestampSignup)}"` +
      `,"ip_opt":${quoted(member.ipOpt)},"timestamp_opt":"${renderSeconds(member.timestampOpt)}"` +
      `,"member_rating":2,"last_changed":"${renderSeconds(member.lastChanged)}"` +
      `,"language":${quoted(member.language)},"vip":${member.vip},"email_client":""` +
      `,"location":${isSomewhere ? quoted({ ...location, ...UNKNOWN_LOCATION }) : NOWHERE}` +
      `,"source":${quoted(member.source)},"tags_count":${member.tags.length},"tags":${tagsText(audience, member)}${end}`
    );
  };
}

const NOWHERE = quoted({ latitude: 0, longitude: 0, ...UNKNOWN_LOCATION });

const tagsText = (audience: Audience, { tags }: Member): string =>
  tags.length === 0
    ? '[]'
    : quoted(tags.slice(0, TAGS_SHOWN).map(({ id }) => shownTag(audience.tags.get(id))));
