import type { SandboxParts } from './sandbox.ts';

/** How many there are of each: `{ subscribed: 12, … }`. */
type Counts = Readonly<Record<string, number>>;

export interface SandboxState {
  readonly now: string;
  readonly mailchimp: readonly { readonly listId: string; readonly name: string; readonly members: Counts }[];
  readonly civicrm: {
    readonly contacts: number;
    readonly trashed: number;
    readonly groups: readonly {
      readonly groupId: number;
      readonly title: string;
      readonly isActive: boolean;
      readonly memberships: Counts;
    }[];
  };
}

/** What there is on both sides, in numbers. */
export function countState({ clock, mailchimp, civicrm }: SandboxParts): SandboxState {
  const { contacts, groups, groupContacts } = civicrm.world.tables;
  const audiences = mailchimp.world.account(mailchimp.accountId).audiences.values();
  return {
    now: clock.isoNow(),
    mailchimp: [...audiences].map((audience) => ({
      listId: audience.id,
      name: audience.name,
      members: countBy(audience.members(), ({ status }) => status),
    })),
    civicrm: {
      contacts: contacts.size,
      trashed: contacts.all().filter((row) => row.is_deleted).length,
      groups: groups.all().map(({ id, title, is_active: isActive }) => ({
        groupId: id,
        title,
        isActive,
        memberships: countBy(groupContacts.inGroupTail(id, 0), ({ status }) => status),
      })),
    },
  };
}

function countBy<T>(items: Iterable<T>, keyOf: (item: T) => string): Counts {
  const counts: Record<string, number> = {};
  for (const item of items) counts[keyOf(item)] = (counts[keyOf(item)] ?? 0) + 1;
  return counts;
}
