import type { ConnectionId } from '@mcsync/core/domain/ids';
import { nameOf } from '../alerts.ts';
import type { ConnectionStatus } from '../load-overview.ts';
import { mayChange, type Visit } from '../visit.ts';
import { Figure } from './figure.tsx';
import { Moment } from './moment.tsx';
import { PostButton } from './post-button.tsx';
import { Progress } from './progress.tsx';
import { SituationBadge } from './situation-badge.tsx';

export interface ConnectionCardProps {
  readonly status: ConnectionStatus;
  readonly visit: Visit;
}

/** By which a card is refreshed while somebody looks at it. */
export const eventOf = (id: ConnectionId): string => `connection-${id}`;

/** A connection at a glance, with what can be done to it. */
export function ConnectionCard(props: ConnectionCardProps) {
  const { id } = props.status.connection;
  return (
    <article aria-labelledby={`connection-${id}`} sse-swap={eventOf(id)}>
      <CardContent {...props} />
    </article>
  );
}

/** What of a card changes by itself: all of it. */
export function CardContent({ status, visit }: ConnectionCardProps) {
  const { connection, situation, people, open, next } = status;
  const { id, fault, syncedAt, fullSyncedAt } = connection;
  const path = `/connections/${id}`;
  const { bySyncStatus } = people;
  return (
    <>
      <header>
        <h2 id={`connection-${id}`}>
          <a href={path}>{nameOf(connection)}</a>
        </h2>
        <SituationBadge situation={situation} />
      </header>
      {fault !== null && <p class="notice bad">{fault.message}</p>}
      <Progress status={status} />
      <dl class="figures">
        <Figure name="agreed" value={bySyncStatus.ok} href={`${path}/people?sync=ok`} />
        <Figure name="to be looked at" value={bySyncStatus.todo} href={`${path}/people?sync=todo`} />
        <Figure name="under way" value={bySyncStatus.live} href={`${path}/people?sync=live`} />
        <Figure name="cannot agree" value={bySyncStatus.fail} href={`${path}/problems`} />
        <Figure name="changes waiting for Mailchimp" value={open.queued + open.submitted} />
      </dl>
      <p>
        Last synced: <Moment at={syncedAt} />. Compared in full: <Moment at={fullSyncedAt} />. Next sync:{' '}
        <Moment at={next.incremental} never="not scheduled" />.
      </p>
      {mayChange(visit) && <Buttons status={status} visit={visit} />}
    </>
  );
}

function Buttons({ status: { connection, situation, held }, visit }: ConnectionCardProps) {
  const { id, state, firstSyncedAt } = connection;
  const path = `/connections/${id}`;
  const name = nameOf(connection);
  const button = (action: string, text: string, fields: Readonly<Record<string, string>> = {}) => (
    <PostButton
      visit={visit}
      action={`${path}/${action}`}
      fields={fields}
      kind="secondary"
      label={`${text}: ${name}`}
    >
      {text}
    </PostButton>
  );
  if (situation.kind === 'running') return <footer class="buttons">{button('abort', 'Abort')}</footer>;
  const isActive = state === 'active';
  return (
    <footer class="buttons">
      {held !== null && (
        <a class="action" href={`/runs/${held.id}/review`}>
          Review the plan
        </a>
      )}
      {isActive &&
        firstSyncedAt === null &&
        held === null &&
        button('sync', 'Preview the first sync', { mode: 'full' })}
      {isActive && firstSyncedAt !== null && button('sync', 'Sync now', { mode: 'incremental' })}
      {isActive && firstSyncedAt !== null && button('sync', 'Full sync', { mode: 'full' })}
      {isActive && button('plan', 'Plan only')}
      {isActive
        ? button('pause', 'Pause')
        : button('resume', state === 'paused' ? 'Resume' : 'Let it run again')}
    </footer>
  );
}
