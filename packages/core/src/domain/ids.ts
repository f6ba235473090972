/**
 * Branded ids: a `MemberId` cannot be passed where a `ContactId` is wanted. They are plain numbers and strings at run time.
 */
declare const brand: unique symbol;
type Branded<Value, Name extends string> = Value & { readonly [brand]: Name };

/** A row of ours: one CiviCRM site. */
export type SiteId = Branded<number, 'SiteId'>;
/** A row of ours: one Mailchimp account. */
export type AccountId = Branded<number, 'AccountId'>;
/** A row of ours: one audience paired with one subscription group. */
export type ConnectionId = Branded<number, 'ConnectionId'>;
/** A row of ours: one person in one connection (one link, rules 1.1). */
export type MemberId = Branded<number, 'MemberId'>;
/** A row of ours: one sync of one connection. */
export type RunId = Branded<number, 'RunId'>;
/** A row of ours: what the rules want for one member. */
export type DecisionId = Branded<number, 'DecisionId'>;
/** A row of ours: one change for Mailchimp. */
export type UpdateId = Branded<number, 'UpdateId'>;
/** A row of ours: up to 1,000 updates submitted together. */
export type BatchId = Branded<number, 'BatchId'>;
/** CiviCRM's id of a contact. */
export type ContactId = Branded<number, 'ContactId'>;
/** CiviCRM's id of a group. */
export type GroupId = Branded<number, 'GroupId'>;
/** Mailchimp's `contact_id` of a member: stays the same across address change, archive and re-add (mailchimp-api.md 3.4). */
export type MailchimpContactId = Branded<string, 'MailchimpContactId'>;
/** Mailchimp's id of an audience (ten hexadecimal digits). */
export type AudienceId = Branded<string, 'AudienceId'>;

export const siteId = (value: number) => value as SiteId;
export const accountId = (value: number) => value as AccountId;
export const connectionId = (value: number) => value as ConnectionId;
export const memberId = (value: number) => value as MemberId;
export const runId = (value: number) => value as RunId;
export const decisionId = (value: number) => value as DecisionId;
export const updateId = (value: number) => value as UpdateId;
export const batchId = (value: number) => value as BatchId;
export const contactId = (value: number) => value as ContactId;
export const groupId = (value: number) => value as GroupId;
export const mailchimpContactId = (value: string) => value as MailchimpContactId;
export const audienceId = (value: string) => value as AudienceId;
