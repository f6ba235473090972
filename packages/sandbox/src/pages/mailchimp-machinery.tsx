import { isoSeconds } from '../clock.ts';
import { HTTP_FAULT_KINDS, WORLD_FAULT_KINDS } from '../faults.ts';
import type { SandboxParts } from '../sandbox.ts';
import { Hidden } from './layout.tsx';

interface Shown {
  readonly parts: SandboxParts;
  readonly back: string;
}

/** The sandbox's time, and the ways to move it: batches and tries of webhooks go on with it. */
export function ClockForm({ parts, back }: Shown) {
  return (
    <form class="line" method="post" action="/pages/clock">
      <Hidden values={{ back }} />
      It is {parts.clock.isoNow()}.{' '}
      <label>
        Minutes <input name="minutes" value="10" size={6} />
      </label>{' '}
      <button name="do" value="advance" type="submit">
        move on
      </button>{' '}
      <button name="do" value="freeze" type="submit">
        stop
      </button>{' '}
      <button name="do" value="release" type="submit">
        let run
      </button>
    </form>
  );
}

export function BatchTable({ parts }: { parts: SandboxParts }) {
  const { mailchimp } = parts;
  const batches = mailchimp.service.batches.list(mailchimp.world.account(mailchimp.accountId));
  return (
    <>
      <h2>Batches ({batches.length})</h2>
      <table>
        <thead>
          <tr>
            <th>id</th>
            <th>status</th>
            <th>finished of total</th>
            <th>errored</th>
            <th>submitted</th>
          </tr>
        </thead>
        <tbody>
          {batches.slice(0, 20).map((batch) => (
            <tr>
              <td>{batch.id}</td>
              <td>{batch.status}</td>
              <td>
                {batch.finished} of {batch.total}
              </td>
              <td>{batch.errored}</td>
              <td>{isoSeconds(batch.submittedAt)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

export function WebhookTables({ parts }: { parts: SandboxParts }) {
  const { service, accountId, world } = parts.mailchimp;
  const ofAudiences = [...world.account(accountId).audiences.keys()].flatMap((id) =>
    service.webhooks.ofAudience(id),
  );
  const webhooks = [
    ...ofAudiences.map((hook) => ({ hook, of: hook.listId, events: [...hook.events].join(', ') })),
    ...service.webhooks.ofBatches(accountId).map((hook) => ({ hook, of: 'batches', events: 'every batch' })),
  ];
  const deliveries = [...service.sender.deliveries()].reverse().slice(0, 20);
  return (
    <>
      <h2>Webhooks ({webhooks.length})</h2>
      <table>
        <thead>
          <tr>
            <th>of</th>
            <th>URL</th>
            <th>events</th>
            <th>state</th>
          </tr>
        </thead>
        <tbody>
          {webhooks.map(({ hook, of, events }) => (
            <tr>
              <td>{of}</td>
              <td>{hook.url}</td>
              <td>{events}</td>
              <td>{hook.isOn ? 'on' : 'off'}</td>
            </tr>
          ))}
          {deliveries.map(({ type, firedAt, state, attempts, last }) => (
            <tr>
              <td class="note">{isoSeconds(firedAt)}</td>
              <td class="note">{type}</td>
              <td class="note">
                {state} after {attempts} tries
              </td>
              <td class="note">{last}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

export function FaultForms({ parts, back }: Shown) {
  return (
    <>
      <h2>Faults</h2>
      <ul>
        {parts.faults.list().map(({ id, fault, remaining }) => (
          <li>
            {fault.system}: {fault.kind} {fault.path}{' '}
            {Number.isFinite(remaining) ? `${remaining} times` : 'for ever'}
            {fault.probability !== undefined && `, with probability ${fault.probability}`}{' '}
            <form method="post" action="/pages/faults/mend">
              <Hidden values={{ back, id }} />
              <button type="submit">mend</button>
            </form>
          </li>
        ))}
      </ul>
      <form class="line" method="post" action="/pages/faults">
        <Hidden values={{ back, system: 'mailchimp' }} />
        <label>
          Break{' '}
          <select name="kind">
            {[...HTTP_FAULT_KINDS, ...WORLD_FAULT_KINDS].map((kind) => (
              <option>{kind}</option>
            ))}
          </select>
        </label>{' '}
        <label>
          path <input name="path" placeholder="any" />
        </label>{' '}
        <label>
          times <input name="times" value="1" size={4} />
        </label>{' '}
        <label>
          probability <input name="probability" placeholder="1" size={4} />
        </label>{' '}
        <label>
          delay in ms <input name="delayMs" placeholder="0" size={6} />
        </label>{' '}
        <button type="submit">break</button>
      </form>
    </>
  );
}
