import { z } from 'zod';
import { type AudienceId, audienceId } from '../../domain/ids.ts';
import { createMailchimpClient, type MailchimpOptions } from './client.ts';
import { audienceMissing } from './failure.ts';

/** An audience that somebody may pick. */
export interface CatalogueAudience {
  readonly id: AudienceId;
  readonly name: string;
  /** As Mailchimp's own statistics have it, which may be some minutes old. */
  readonly subscribed: number;
}

/** An interest that somebody may pair with a group. */
export interface CatalogueInterest {
  readonly id: string;
  readonly name: string;
  /** Title of its category. */
  readonly category: string;
}

/** A merge field that somebody may map. */
export interface CatalogueMergeField {
  readonly tag: string;
  readonly name: string;
  readonly type: string;
}

/** What an account has to be picked from, for whoever sets up. */
export interface MailchimpCatalogue {
  /** At most 1,000. */
  fetchAudiences(signal: AbortSignal): Promise<readonly CatalogueAudience[]>;
  /** One request, and one for each category. */
  fetchInterests(audience: AudienceId, signal: AbortSignal): Promise<readonly CatalogueInterest[]>;
  /** The address itself is none of them. */
  fetchMergeFields(audience: AudienceId, signal: AbortSignal): Promise<readonly CatalogueMergeField[]>;
}

const ALL = { count: 1000, offset: 0 } as const;

const audiencesSchema = z.object({
  lists: z.array(
    z.object({
      id: z.string().min(1),
      name: z.string(),
      stats: z.object({ member_count: z.int().min(0) }).optional(),
    }),
  ),
});
const categoriesSchema = z.object({
  categories: z.array(z.object({ id: z.string().min(1), title: z.string() })),
});
const interestsSchema = z.object({
  interests: z.array(z.object({ id: z.string().min(1), name: z.string() })),
});
const mergeFieldsSchema = z.object({
  merge_fields: z.array(z.object({ tag: z.string().min(1), name: z.string(), type: z.string() })),
});

/** Throws `UsageError` where the key or the base URL cannot be one; sends nothing yet. */
export function createMailchimpCatalogue(options: MailchimpOptions): MailchimpCatalogue {
  const client = createMailchimpClient(options);
  return {
    async fetchAudiences(signal) {
      const fields = ['lists.id', 'lists.name', 'lists.stats.member_count'];
      const found = await client.read(
        audiencesSchema,
        (sdk) => sdk.lists.getAllListsWithHttpInfo({ ...ALL, fields }),
        signal,
      );
      return (found?.lists ?? []).map(({ id, name, stats }) => ({
        ...{ id: audienceId(id), name },
        subscribed: stats?.member_count ?? 0,
      }));
    },

    async fetchInterests(audience, signal) {
      const found = await client.read(
        categoriesSchema,
        (sdk) =>
          sdk.lists.getListInterestCategoriesWithHttpInfo(audience, {
            ...ALL,
            fields: ['categories.id', 'categories.title'],
          }),
        signal,
      );
      if (found === null) throw audienceMissing();
      const interests: CatalogueInterest[] = [];
      for (const { id, title } of found.categories) {
        const fields = ['interests.id', 'interests.name'];
        const listed = await client.read(
          interestsSchema,
          (sdk) => sdk.lists.listInterestCategoryInterestsWithHttpInfo(audience, id, { ...ALL, fields }),
          signal,
        );
        interests.push(...(listed?.interests ?? []).map((one) => ({ ...one, category: title })));
      }
      return interests;
    },

    async fetchMergeFields(audience, signal) {
      const fields = ['merge_fields.tag', 'merge_fields.name', 'merge_fields.type'];
      const found = await client.read(
        mergeFieldsSchema,
        (sdk) => sdk.lists.getListMergeFieldsWithHttpInfo(audience, { ...ALL, fields }),
        signal,
      );
      if (found === null) throw audienceMissing();
      return found.merge_fields;
    },
  };
}
