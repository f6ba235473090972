import type { AudienceId } from '../../domain/ids.ts';
import { invariant } from '../../domain/invariant.ts';
import type { CallOutcome, MemberCall } from '../../domain/mailchimp-call.ts';
import type { MailchimpClient, Send } from './client.ts';
import { accountFault, audienceMissing } from './failure.ts';
import type { MailchimpReader, MailchimpWriter, MemberQuery } from './mailchimp.ts';
import { toCallOutcome } from './outcome.ts';
import { type MemberView, NO_VIEW, viewFields } from './profile.ts';
import {
  type ApiMember,
  accountSchema,
  audienceSchema,
  memberPageSchema,
  memberSchema,
  totalSchema,
} from './schemas.ts';
import type { MemberListOptions, SdkClient } from './sdk.ts';
import { toListOptions, toMemberRecord } from './translate.ts';

const MEMBER_FIELDS = [
  'id',
  'contact_id',
  'email_address',
  'status',
  'last_changed',
  'timestamp_opt',
  'timestamp_signup',
  'unsubscribe_reason',
  'merge_fields',
];
const MOST_A_PAGE = 1000;
const EVERYBODY: MemberQuery = { list: 'default', window: null };

type MemberReader = Pick<
  MailchimpReader,
  'fetchAccount' | 'fetchAudience' | 'fetchCounts' | 'countMembers' | 'fetchMembers' | 'fetchMember'
>;

/** Reads the account, its audiences and their members (mailchimp-api.md 3). */
export function createMemberReader(client: MailchimpClient, view: MemberView = NO_VIEW): MemberReader {
  const memberFields = [...MEMBER_FIELDS, ...viewFields(view)];
  const pageFields = [...memberFields.map((field) => `members.${field}`), 'total_items'];
  const toRecord = (member: ApiMember) => toMemberRecord(member, view);

  async function fetchAccount(signal: AbortSignal) {
    const fields = ['account_id', 'account_name'];
    const account = await client.read(
      accountSchema,
      (sdk) => sdk.root.getRootWithHttpInfo({ fields }),
      signal,
    );
    invariant(account !== null, 'the root of the API is always there');
    return { accountId: account.account_id, name: account.account_name };
  }

  async function fetchAudience(audience: AudienceId, signal: AbortSignal) {
    const fields = ['id', 'name'];
    const found = await client.read(
      audienceSchema,
      (sdk) => sdk.lists.getListWithHttpInfo(audience, { fields }),
      signal,
    );
    return found === null ? null : { id: audience, name: found.name };
  }

  /** Counts by asking for one member's worth of nothing but the total: an audience's own statistics are cached (3.2). */
  async function count(audience: AudienceId, options: MemberListOptions, signal: AbortSignal) {
    const page = await client.read(totalSchema, listMembers(audience, options), signal);
    if (page === null) throw audienceMissing();
    return page.total_items;
  }

  return {
    fetchAccount,
    fetchAudience,

    async fetchCounts(audience, signal) {
      const subscribedOptions = { ...countOptions(EVERYBODY), status: 'subscribed' };
      const [subscribed, listed, archived] = await Promise.all([
        count(audience, subscribedOptions, signal),
        count(audience, countOptions(EVERYBODY), signal),
        count(audience, countOptions({ list: 'archived', window: null }), signal),
      ]);
      return { subscribed, listed, archived };
    },

    countMembers: (audience, query, signal) => count(audience, countOptions(query), signal),

    async fetchMembers(audience, query, page, signal) {
      invariant(page.count >= 1 && page.count <= MOST_A_PAGE, 'a page holds 1 to 1,000 members');
      const options = toListOptions(query, page, pageFields);
      const answer = await client.read(memberPageSchema, listMembers(audience, options), signal);
      if (answer === null) throw audienceMissing();
      return { members: answer.members.map(toRecord), total: answer.total_items };
    },

    async fetchMember(audience, key, signal) {
      checkKey(key);
      const options = { fields: memberFields };
      const send: Send = (sdk) => sdk.lists.getListMemberWithHttpInfo(audience, key, options);
      const member = await client.read(memberSchema, send, signal);
      if (member !== null) return toRecord(member);
      // A 404 is the same whether the member or the whole audience is gone.
      if ((await fetchAudience(audience, signal)) === null) throw audienceMissing();
      return null;
    },
  };
}

/** Sends single calls (mailchimp-api.md 4). */
export function createMemberWriter(
  client: MailchimpClient,
  view: MemberView = NO_VIEW,
): Pick<MailchimpWriter, 'sendCall'> {
  return {
    async sendCall(audience, call, signal): Promise<CallOutcome> {
      checkKey(call.key);
      const answer = await client.write((sdk) => sendCall(sdk, audience, call), signal);
      const fault = answer.kind === 'ok' ? null : accountFault(answer);
      if (fault !== null) throw fault;
      return toCallOutcome(answer, view);
    },
  };
}

function sendCall(sdk: SdkClient, audience: AudienceId, call: MemberCall): ReturnType<Send> {
  // A field made required later would break every write that lacks it (8.2).
  const options = { skip_merge_validation: true } as const;
  switch (call.kind) {
    case 'put':
      return sdk.lists.setListMemberWithHttpInfo(audience, call.key, call.body, options);
    case 'patch':
      return sdk.lists.updateListMemberWithHttpInfo(audience, call.key, call.body, options);
    case 'tags':
      return sdk.lists.updateListMemberTagsWithHttpInfo(audience, call.key, call.body);
    case 'archive':
      return sdk.lists.deleteListMemberWithHttpInfo(audience, call.key);
    case 'delete-permanent':
      return sdk.lists.deleteListMemberPermanentWithHttpInfo(audience, call.key);
  }
}

const listMembers =
  (audience: AudienceId, options: MemberListOptions): Send =>
  (sdk) =>
    sdk.lists.getListMembersInfoWithHttpInfo(audience, options);

const countOptions = (query: MemberQuery): MemberListOptions =>
  toListOptions(query, { offset: 0, count: 1 }, ['total_items']);

/** An empty key, or one that is a step in a path, would name the whole list. */
export function checkKey(key: string): void {
  invariant(/[0-9A-Za-z]/.test(key), 'a member’s key must name one member');
}
