import type { AddressValue, MailchimpValue, MemberProfile } from '../../domain/profile.ts';
import type { ApiMember } from './schemas.ts';

/** What is read of a member besides their status: what a connection pairs. */
export interface MemberView {
  /** Ids of interests. */
  readonly interests: readonly string[];
  readonly mergeTags: readonly string[];
  readonly tags: 'read' | 'left-out';
}

export const NO_VIEW: MemberView = { interests: [], mergeTags: [], tags: 'left-out' };

/** The member's properties that the view needs. */
export const viewFields = ({ interests, tags }: MemberView): readonly string[] => [
  ...(interests.length > 0 ? ['interests'] : []),
  ...(tags === 'read' ? ['tags', 'tags_count'] : []),
];

/** Null: nothing is paired. What is missing from the answer is missing here too: nothing follows from it (E20). */
export function toMemberProfile(member: ApiMember, view: MemberView): MemberProfile | null {
  if (view.interests.length + view.mergeTags.length === 0 && view.tags === 'left-out') return null;
  return {
    interests: pick(view.interests, (id) => member.interests?.[id]),
    fields: pick(view.mergeTags, (tag) => toValue(member.merge_fields?.[tag])),
    tags: view.tags === 'read' ? toTags(member) : null,
  };
}

function pick<Value>(
  keys: readonly string[],
  read: (key: string) => Value | undefined,
): Readonly<Record<string, Value>> {
  const found: Record<string, Value> = {};
  for (const key of keys) {
    const value = read(key);
    if (value !== undefined) found[key] = value;
  }
  return found;
}

/** A string, a number, or an address; anything else is nothing that we know. */
function toValue(value: unknown): MailchimpValue | undefined {
  if (typeof value === 'string' || typeof value === 'number') return value;
  return typeof value === 'object' && value !== null ? toAddress(new Map(Object.entries(value))) : undefined;
}

function toAddress(parts: ReadonlyMap<string, unknown>): AddressValue {
  const part = (name: string): string => {
    const value = parts.get(name);
    return typeof value === 'string' ? value : '';
  };
  return {
    addr1: part('addr1'),
    addr2: part('addr2'),
    city: part('city'),
    state: part('state'),
    zip: part('zip'),
    country: part('country'),
  };
}

/** Names compare without case, in the letters that Mailchimp lowers. Null: the answer says nothing of tags. */
function toTags({ tags, tags_count: count }: ApiMember): MemberProfile['tags'] {
  if (tags === undefined) return null;
  const names = tags.map(({ name }) => name.toLowerCase()).toSorted();
  return { names, shown: (count ?? names.length) > names.length ? 'some' : 'all' };
}
