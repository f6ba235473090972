import { createRequire } from 'node:module';

/** What the SDK's `…WithHttpInfo` methods resolve with; `response` is superagent's. */
export interface SdkAnswer {
  readonly data: unknown;
  readonly response: { readonly status: number; readonly redirects: readonly string[] };
}

/** The SDK drops unknown options silently, and wants `fields` as an array. */
interface Fields {
  readonly fields: readonly string[];
}

export interface PageOptions extends Fields {
  readonly count: number;
  readonly offset: number;
}

export interface MemberListOptions extends PageOptions {
  readonly status?: string;
  readonly since_last_changed?: string;
  readonly before_last_changed?: string;
  readonly sort_field: 'last_changed';
  readonly sort_dir: 'ASC';
}

interface WriteOptions {
  readonly skip_merge_validation: true;
}

/** The part of the SDK that we use. Arguments that are missing make it throw at once; everything else rejects. */
export interface SdkClient {
  basePath: string;
  timeout: number;
  setConfig(config: { readonly apiKey: string }): void;
  readonly root: { getRootWithHttpInfo(options: Fields): Promise<SdkAnswer> };
  readonly lists: {
    getListWithHttpInfo(list: string, options: Fields): Promise<SdkAnswer>;
    getListMembersInfoWithHttpInfo(list: string, options: MemberListOptions): Promise<SdkAnswer>;
    getListMemberWithHttpInfo(list: string, key: string, options: Fields): Promise<SdkAnswer>;
    setListMemberWithHttpInfo(
      list: string,
      key: string,
      body: object,
      options: WriteOptions,
    ): Promise<SdkAnswer>;
    updateListMemberWithHttpInfo(
      list: string,
      key: string,
      body: object,
      options: WriteOptions,
    ): Promise<SdkAnswer>;
    deleteListMemberWithHttpInfo(list: string, key: string): Promise<SdkAnswer>;
    updateListMemberTagsWithHttpInfo(list: string, key: string, body: object): Promise<SdkAnswer>;
    getListMergeFieldsWithHttpInfo(list: string, options: PageOptions): Promise<SdkAnswer>;
    getListInterestCategoriesWithHttpInfo(list: string, options: PageOptions): Promise<SdkAnswer>;
    listInterestCategoryInterestsWithHttpInfo(
      list: string,
      category: string,
      options: PageOptions,
    ): Promise<SdkAnswer>;
    deleteListMemberPermanentWithHttpInfo(list: string, key: string): Promise<SdkAnswer>;
  };
  readonly batches: {
    startWithHttpInfo(body: object): Promise<SdkAnswer>;
    listWithHttpInfo(options: PageOptions): Promise<SdkAnswer>;
    statusWithHttpInfo(batch: string, options: Fields): Promise<SdkAnswer>;
    deleteRequestWithHttpInfo(batch: string): Promise<SdkAnswer>;
  };
}

// The package's main module is one client for the whole process, whose requests go out with whichever key was set last; this class is one per account. It has no types.
const ApiClient: new () => SdkClient = createRequire(import.meta.url)(
  '@mailchimp/mailchimp_marketing/src/ApiClient.js',
);

/**
 * A client of its own for one account (mailchimp-api.md 10). `server` stays unset: the SDK would replace the first "server" in each URL by it, even inside an address. It gives a request
 * up after `timeLimitMs`.
 */
export function createSdkClient(options: {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly timeLimitMs: number;
}): SdkClient {
  const sdk = new ApiClient();
  sdk.basePath = options.baseUrl;
  sdk.timeout = options.timeLimitMs;
  sdk.setConfig({ apiKey: options.apiKey });
  return sdk;
}
