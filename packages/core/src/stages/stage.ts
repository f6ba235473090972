import type { ExtraData, ExtraDataRequest } from '../domain/extra-data.ts';
import type { ContactId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';
import type { StageName } from '../domain/run.ts';
import type { CivicrmReader, CivicrmWriter } from '../gateways/civicrm/civicrm.ts';
import type { MailchimpReader } from '../gateways/mailchimp/mailchimp.ts';
import type { Connection } from '../store/connections.ts';
import type { LeaseHold } from '../store/leases.ts';
import type { Run } from '../store/runs.ts';
import type { Store } from '../store/store.ts';

/** What every stage is given. `run` is as it was when this piece of work began. */
export interface StageContext {
  readonly store: Store;
  readonly connection: Connection;
  readonly run: Run;
  /** Fences what the stage writes (durability rule 5). */
  readonly lease: LeaseHold;
  /** Ours, for marks such as `source`. */
  readonly installationId: string;
  readonly signal: AbortSignal;
  readonly now: () => Instant;
  /** A line of the run's log; no personal data. */
  readonly tell: (level: 'info' | 'warn', text: string) => Promise<void>;
}

/** Plan stages are handed readers only, so a dry run is dry by type. */
export interface PlanContext extends StageContext {
  readonly mailchimp: MailchimpReader;
  readonly civicrm: CivicrmReader;
  /** A developer's own data; null: there is no module for it. */
  readonly extraData: ExtraDataSource | null;
  /** Everything before /civicrm/ajax/api4. */
  readonly siteUrl: () => Promise<string>;
}

/** A developer's module, loaded and checked. Rejects with a `FaultError` where it fails, or returns what cannot be used. */
export interface ExtraDataSource {
  readonly mergeTags: readonly string[];
  readonly tags: readonly string[];
  /** At most 1,000 contacts; gives something for each of them. */
  fetch(request: ExtraDataRequest): Promise<ReadonlyMap<ContactId, ExtraData>>;
}

/** Apply stages write to CiviCRM; what Mailchimp is to do they only queue. */
export interface ApplyContext extends PlanContext {
  readonly civicrmWriter: CivicrmWriter;
}

/** Numbers by name, added up over the pieces of a stage. */
export type Counts = Readonly<Record<string, number>>;

/** A stage is done, or there is more to do before it is. */
export type Joined<Input> =
  | { readonly kind: 'done'; readonly counts: Counts }
  | { readonly kind: 'more'; readonly inputs: readonly Input[] };

/**
 * One stage: cut into pieces that may run in parallel, then joined. Every part may run twice, even at once, with the same result; what the pieces cover is on
 * record before they run, so a crash costs at most the repetition of one piece. Inputs hold ids and offsets, no personal data.
 */
export interface Stage<Context extends StageContext, Input = never> {
  readonly name: StageName;
  split(ctx: Context): Promise<readonly Input[]>;
  work(ctx: Context, input: Input): Promise<Counts>;
  join(ctx: Context): Promise<Joined<Input>>;
}

/** A stage whose work is one piece. */
export function simpleStage<Context extends StageContext>(
  name: StageName,
  work: (ctx: Context) => Promise<Counts>,
): Stage<Context> {
  return {
    name,
    split: () => Promise.resolve([]),
    work: () => Promise.resolve({}),
    join: async (ctx) => ({ kind: 'done', counts: await work(ctx) }),
  };
}

/** Cuts a list into lists of at most `size`. */
export function chunksOf<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) =>
    items.slice(at * size, (at + 1) * size),
  );
}
