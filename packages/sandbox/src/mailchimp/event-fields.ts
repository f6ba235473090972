import type { Audience } from './audience.ts';
import type { AudienceEvent } from './audience-event.ts';
import { type Member, subscriberHash, uniqueEmailId } from './member.ts';

/** The names and values of a form, in its order. */
export type FormFields = readonly (readonly [name: string, value: string])[];

/** The `data[…]` of an event, as the form has it (reference 7.1). */
export function eventFields(audience: Audience, event: AudienceEvent): FormFields {
  const { member } = event;
  const list = ['data[list_id]', audience.id] as const;
  switch (event.kind) {
    case 'subscribe':
      return [...whoFields(audience, member), ['data[ip_signup]', member.ipSignup]];
    case 'profile':
      return whoFields(audience, member);
    case 'unsubscribe':
      return [
        ['data[action]', event.action],
        ['data[reason]', event.reason],
        ...(event.campaignId === '' ? [] : ([['data[campaign_id]', event.campaignId]] as const)),
        ...whoFields(audience, member),
      ];
    case 'cleaned':
      return [
        list,
        ['data[campaign_id]', event.campaignId],
        ['data[reason]', event.reason],
        ['data[email]', member.email],
      ];
    case 'upemail':
      return [
        list,
        ['data[new_id]', uniqueEmailId(member.hash)],
        ['data[new_email]', member.email],
        ['data[old_email]', event.oldEmail],
      ];
  }
}

function whoFields(audience: Audience, member: Readonly<Member>): FormFields {
  return [
    ['data[id]', uniqueEmailId(subscriberHash(member.email))],
    ['data[list_id]', audience.id],
    ['data[email]', member.email],
    ['data[email_type]', member.emailType],
    ['data[ip_opt]', member.ipOpt],
    ['data[web_id]', String(member.webId)],
    ['data[merges][EMAIL]', member.email],
    ...mergeFields(audience, member),
    ...interestFields(audience, member),
  ];
}

function mergeFields(audience: Audience, { mergeValues }: Readonly<Member>): FormFields {
  return audience.mergeFields.flatMap(({ tag }): FormFields => {
    const value = mergeValues[tag] ?? '';
    const name = `data[merges][${tag}]`;
    if (typeof value !== 'object') return [[name, String(value)]];
    return Object.entries(value).map(([part, text]) => [`${name}[${part}]`, String(text)] as const);
  });
}

/** All that are on, and again by category; a comma inside a name is escaped. */
function interestFields(audience: Audience, { interests }: Readonly<Member>): FormFields {
  const categories = audience.interests.categories;
  if (categories.length === 0) return [];
  const namesOf = (category: (typeof categories)[number]) =>
    category.interests
      .filter(({ id }) => interests.has(id))
      .map(({ name }) => name.replaceAll(',', '\\,'))
      .join(', ');
  const groupings = categories.flatMap((category, n): FormFields => {
    const name = (part: string) => `data[merges][GROUPINGS][${n}][${part}]`;
    return [
      [name('id'), String(n + 1)],
      [name('unique_id'), category.id],
      [name('name'), category.title],
      [name('groups'), namesOf(category)],
    ];
  });
  const all = categories.map(namesOf).filter((names) => names !== '');
  return [['data[merges][INTERESTS]', all.join(', ')], ...groupings];
}
