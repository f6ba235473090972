import type { CivicrmFacts, MailchimpFacts } from '@mcsync/core/domain/facts';
import { type MemberId, memberId } from '@mcsync/core/domain/ids';
import { UsageError } from '@mcsync/core/errors/sync-error';
import { type ForeseenPerson, foreseePerson } from '@mcsync/core/setup/foresee-person';
import { obstaclesOf } from '@mcsync/core/setup/obstacle';
import type { Connection } from '@mcsync/core/store/connections';
import { listPersonRecordsOf, type PersonRecord } from '@mcsync/core/store/person-records';
import { aheadWords } from '@mcsync/core/words/foretell';
import { REFUSAL_WORDS } from '@mcsync/core/words/refusals';
import { RULE_WORDS } from '@mcsync/core/words/rules';
import { GROUP_STATUS_WORDS, MEMBER_STATUS_WORDS, SYNC_STATUS_WORDS } from '@mcsync/core/words/sides';
import { FLAG_WORDS, WARNING_WORDS } from '@mcsync/core/words/warnings';
import type { ComponentChildren } from 'preact';
import { z } from 'zod';
import { getConnectionOf, rowNumber } from '../connection-path.ts';
import type { Dependencies } from '../dependencies.ts';
import { ConnectionNav } from '../html/connection-nav.tsx';
import { DecisionTimeline } from '../html/decision-timeline.tsx';
import { Layout } from '../html/layout.tsx';
import { Moment } from '../html/moment.tsx';
import { PostButton } from '../html/post-button.tsx';
import { Said } from '../html/said.tsx';
import { listNextRuns } from '../next-runs.ts';
import { page, part, pathOf, queryOf } from '../page.ts';
import { findNextStep } from '../people/next-step.ts';
import { type ConnectionUrls, findPlaces, findUrls, type PersonPlaces } from '../people/places.ts';
import { whoOf } from '../signed-in.ts';
import type { Visit } from '../visit.ts';

interface Person {
  readonly connection: Connection;
  /** The row that the path names. */
  readonly row: MemberId;
  readonly records: readonly PersonRecord[];
  readonly urls: ConnectionUrls;
  readonly nextRun: Date | null;
  /** What both sides say now; null: they were not asked. */
  readonly foreseen: ForeseenPerson | null;
}

const PATH = z.object({ member: rowNumber });

/** Every row about the person that the path names. Rejects where there is none. */
export async function getPersonOf(
  visit: Visit,
  deps: Dependencies,
): Promise<{
  readonly connection: Connection;
  readonly memberId: MemberId;
  readonly records: readonly PersonRecord[];
}> {
  const connection = await getConnectionOf(visit, deps);
  const id = memberId(pathOf(visit, PATH).member);
  const records = await listPersonRecordsOf(deps.store.db, connection.id, id);
  if (records.length === 0)
    throw new UsageError('NOT_FOUND', ['There is no such person in this connection.']);
  return { connection, memberId: id, records };
}

const QUERY = z.object({ ask: z.literal('now').optional() });

/** One person: both sides and what they last agreed, what happens next, and why everything is as it is. */
export const personPage = page<Person>({
  load: async (deps, visit) => {
    const { connection, memberId: row, records } = await getPersonOf(visit, deps);
    const { ask } = queryOf(visit, QUERY);
    const foreseen = ask === 'now' ? await foreseePerson(deps, connection, records) : null;
    const [urls, nextOf] = await Promise.all([
      findUrls(deps.store.db, connection),
      listNextRuns(deps.queues),
    ]);
    const { incremental, full } = nextOf(connection.id);
    return { connection, row, records, urls, nextRun: incremental ?? full, foreseen };
  },
  render: ({ connection, row, records, urls, nextRun, foreseen }, visit) => (
    <Layout title={nameOf(records)} path="/people" visit={visit}>
      <ConnectionNav connection={connection} at="none" />
      <hgroup>
        <h1>
          <Breakable text={nameOf(records)} />
        </h1>
        {records.length > 1 && (
          <p>
            {records.length} links: they have several addresses, or share one with somebody. Each link is
            shown by itself.
          </p>
        )}
      </hgroup>
      <Said visit={visit} />
      {whoOf(visit).role === 'administrator' && (
        <PostButton
          visit={visit}
          action={`/connections/${connection.id}/people/${row}/sync`}
          kind="secondary outline"
        >
          Sync this person now
        </PostButton>
      )}
      {foreseen === null ? (
        <AskBothSides path={`/connections/${connection.id}/people/${row}`} />
      ) : (
        <WhatNextSyncDoes {...foreseen} />
      )}
      {records.map((record) => (
        <Link key={record.link.id} record={record} urls={urls} nextRun={nextRun} />
      ))}
    </Layout>
  ),
});

/** What the next sync would do for them, for the page that is shown already: both sides are asked, which takes a moment. */
export const personAheadPart = part<ForeseenPerson>({
  load: async (deps, visit) => {
    const { connection, records } = await getPersonOf(visit, deps);
    return await foreseePerson(deps, connection, records);
  },
  render: (foreseen) => <WhatNextSyncDoes {...foreseen} />,
});

/** Asks by itself; without scripts, by a link. */
function AskBothSides({ path }: { readonly path: string }) {
  return (
    <article hx-get={`${path}/ahead`} hx-trigger="load" hx-swap="outerHTML">
      <h2>What the next sync would do</h2>
      <p>
        <a href={`${path}?ask=now`}>Ask both sides now</a>
      </p>
    </article>
  );
}

function WhatNextSyncDoes({ now, records, preview, names }: ForeseenPerson) {
  const isUnderWay = records.some(({ syncStatus }) => syncStatus === 'live');
  return (
    <article>
      <h2>What the next sync would do</h2>
      <p>As both sides stand at this moment, and if nobody changes anything before it:</p>
      <ul>
        {aheadWords({ isUnderWay, preview, names }).map((words) => (
          <li key={words}>{words}</li>
        ))}
      </ul>
      {obstaclesOf(now.mailchimp, now.civicrm).map(({ message }) => (
        <p key={message} class="notice attention">
          {message}
        </p>
      ))}
    </article>
  );
}

/** The first address that is known of them. */
function nameOf(records: readonly PersonRecord[]): string {
  const addresses = records.flatMap(({ link: { mailchimp, civicrm } }) => [
    ...(mailchimp === null ? [] : [mailchimp.address]),
    ...(civicrm?.addresses ?? []),
  ]);
  const contacts = records.flatMap(({ link: { civicrm } }) => civicrm?.contactId ?? []);
  return addresses.find((address) => address !== '') ?? `Contact ${contacts[0] ?? ''}`;
}

/** An address, which may go on in the next line after its @ rather than within a word. */
function Breakable({ text }: { readonly text: string }) {
  const [local = '', domain] = text.split(/(?<=@)/);
  return (
    <>
      {local}
      {domain !== undefined && (
        <>
          <wbr />
          {domain}
        </>
      )}
    </>
  );
}

type LinkProps = Pick<Person, 'urls' | 'nextRun'> & { readonly record: PersonRecord };

function Link({ record, urls, nextRun }: LinkProps) {
  const { link } = record;
  const places = findPlaces(urls, record);
  return (
    <article>
      <Standing record={record} />
      <div class="sides">
        <MailchimpSide facts={link.mailchimp} places={places} />
        <Side title="Last agreed">
          {link.base === null ? (
            <p>never</p>
          ) : (
            <dl>
              <Fact name="both sides">{link.base.side}</Fact>
              <Fact name="since">
                <Moment at={new Date(link.base.agreedAt)} />
              </Fact>
              {link.base.byTrash && <Fact name="because">the contact was put in the trash</Fact>}
            </dl>
          )}
        </Side>
        <CivicrmSide facts={link.civicrm} isCovered={record.isCovered} places={places} />
      </div>
      <WhatNext record={record} nextRun={nextRun} />
      <h3>Why: what was decided, newest first</h3>
      <DecisionTimeline decisions={record.decisions} />
    </article>
  );
}

function Standing({
  record: { link, syncStatus, rule, ruleAs, warnings },
}: {
  readonly record: PersonRecord;
}) {
  const { refusal } = link;
  return (
    <>
      <p>
        <span class={`state ${syncStatus === 'ok' ? 'good' : syncStatus === 'fail' ? 'bad' : 'busy'}`}>
          {SYNC_STATUS_WORDS[syncStatus]}
        </span>{' '}
        {refusal !== null && syncStatus === 'fail' && REFUSAL_WORDS[refusal.reason].what}
      </p>
      {rule !== null && (
        <p>
          Rule {rule}: {RULE_WORDS[rule]}
          {ruleAs !== null && ` The outcome is that of ${ruleAs}.`}
        </p>
      )}
      {warnings.map((warning) => (
        <p key={warning} class="notice attention">
          {WARNING_WORDS[warning]}
        </p>
      ))}
    </>
  );
}

function WhatNext({ record, nextRun }: Pick<LinkProps, 'record' | 'nextRun'>) {
  const { text, at, heldIn } = findNextStep(record, nextRun);
  return (
    <>
      <h3>What happens next</h3>
      <p>
        {text} {at !== null && <Moment at={at} />}
        {heldIn !== null && <a href={`/runs/${heldIn}/review`}>Review the plan</a>}
      </p>
    </>
  );
}

function Side({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <section>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

const momentOf = (at: number | null) => (at === null ? null : new Date(at));

function MailchimpSide({
  facts,
  places,
}: {
  readonly facts: MailchimpFacts | null;
  readonly places: PersonPlaces;
}) {
  if (facts === null)
    return (
      <Side title="Mailchimp">
        <p>Nobody with their best address.</p>
      </Side>
    );
  return (
    <Side title="Mailchimp">
      <dl>
        <Fact name="address">{facts.address}</Fact>
        <Fact name="is">{MEMBER_STATUS_WORDS[facts.status]}</Fact>
        <Fact name="changed">
          <Moment at={momentOf(facts.changedAt)} never="not known" />
        </Fact>
        <Fact name="opted in">
          <Moment at={momentOf(facts.optedInAt)} />
        </Fact>
        {facts.unsubscribeReason !== '' && <Fact name="reason given">{facts.unsubscribeReason}</Fact>}
        {facts.ownWrite?.status === facts.status && <Fact name="made so by">us</Fact>}
        {facts.leftByOwnWill && <Fact name="left by">their own will</Fact>}
        {facts.forgotten && <Fact name="Mailchimp has said">Forgotten Email Not Subscribed</Fact>}
        {facts.inComplianceState && <Fact name="Mailchimp has said">Member In Compliance State</Fact>}
      </dl>
      {places.mailchimp !== null && (
        <p>
          <a href={places.mailchimp} rel="noreferrer">
            Look at them at Mailchimp
          </a>
        </p>
      )}
    </Side>
  );
}

function CivicrmSide({
  facts,
  isCovered,
  places,
}: {
  readonly facts: CivicrmFacts | null;
  readonly isCovered: boolean;
  readonly places: PersonPlaces;
}) {
  if (facts === null)
    return (
      <Side title="CiviCRM">
        <p>No contact with this address.</p>
      </Side>
    );
  return (
    <Side title="CiviCRM">
      <dl>
        <Fact name="contact">
          {facts.contactId}
          {facts.state !== 'live' && ` (${facts.state})`}
        </Fact>
        <Fact name="is">{GROUP_STATUS_WORDS[facts.group]}</Fact>
        <Fact name="usable addresses, best first">
          {facts.addresses.length === 0 ? 'none' : facts.addresses.join(', ')}
        </Fact>
        {facts.hasHeldAddress && <Fact name="on hold">an address</Fact>}
        {facts.flags.length > 0 && (
          <Fact name="marked">{facts.flags.map((flag) => FLAG_WORDS[flag]).join(', ')}</Fact>
        )}
        {isCovered && <Fact name="shares">the address with the contact that the member is matched with</Fact>}
      </dl>
      {places.civicrm !== null && (
        <p>
          <a href={places.civicrm} rel="noreferrer">
            Look at them in CiviCRM
          </a>
        </p>
      )}
    </Side>
  );
}
