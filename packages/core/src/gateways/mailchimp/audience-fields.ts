import type { AudienceId } from '../../domain/ids.ts';
import type { MergeField } from '../../domain/pairings.ts';
import type { MailchimpClient } from './client.ts';
import { audienceMissing } from './failure.ts';
import type { MailchimpReader } from './mailchimp.ts';
import {
  categoryPageSchema,
  interestPageSchema,
  memberInterestsSchema,
  mergeFieldPageSchema,
} from './schemas.ts';

/** Asked for at once: ten is what comes otherwise, and fields are missed (mailchimp-api.md 8.1). */
const ALL = { count: 1000, offset: 0 };

/** Reads what members of an audience can have besides their status (mailchimp-api.md 8). */
export function createAudienceFieldReader(
  client: MailchimpClient,
): Pick<MailchimpReader, 'fetchMergeFields' | 'fetchInterests' | 'fetchInterestIds'> {
  return {
    async fetchMergeFields(audience, signal) {
      const fields = ['merge_fields.tag', 'merge_fields.type', 'merge_fields.options.choices'];
      const page = await client.read(
        mergeFieldPageSchema,
        (sdk) => sdk.lists.getListMergeFieldsWithHttpInfo(audience, { fields, ...ALL }),
        signal,
      );
      if (page === null) throw audienceMissing();
      return page.merge_fields.map(
        ({ tag, type, options }): MergeField => ({ tag, type, choices: options?.choices ?? [] }),
      );
    },

    async fetchInterests(audience, signal) {
      const categories = await fetchCategories(client, audience, signal);
      const found = [];
      for (const { id, title } of categories) {
        const options = { fields: ['interests.id', 'interests.name'], ...ALL };
        const page = await client.read(
          interestPageSchema,
          (sdk) => sdk.lists.listInterestCategoryInterestsWithHttpInfo(audience, id, options),
          signal,
        );
        found.push(...(page?.interests ?? []).map((one) => ({ ...one, category: title })));
      }
      return found;
    },

    async fetchInterestIds(audience, signal) {
      const options = {
        fields: ['members.contact_id', 'members.interests'],
        count: 1,
        offset: 0,
        sort_field: 'last_changed',
        sort_dir: 'ASC',
      } as const;
      const page = await client.read(
        memberInterestsSchema,
        (sdk) => sdk.lists.getListMembersInfoWithHttpInfo(audience, options),
        signal,
      );
      if (page === null) throw audienceMissing();
      const [member] = page.members;
      return member === undefined ? null : new Set(Object.keys(member.interests ?? {}));
    },
  };
}

async function fetchCategories(client: MailchimpClient, audience: AudienceId, signal: AbortSignal) {
  const options = { fields: ['categories.id', 'categories.title'], ...ALL };
  const page = await client.read(
    categoryPageSchema,
    (sdk) => sdk.lists.getListInterestCategoriesWithHttpInfo(audience, options),
    signal,
  );
  if (page === null) throw audienceMissing();
  return page.categories;
}
