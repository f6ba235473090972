import type { GivenAnswer } from './compare.ts';
import type { RecordedSite } from './recorded-site.ts';
import type { Preparation, RecordedRequest } from './recording.ts';

/** Does what was done before the next recorded request. Throws an Error if it cannot be done. */
export async function prepare(
  site: RecordedSite,
  step: Preparation,
  send: (request: RecordedRequest) => Promise<GivenAnswer>,
): Promise<void> {
  switch (step.kind) {
    case 'arranged': {
      const { caller, params } = step;
      const answer = await send({ method: 'POST', path: `/civicrm/ajax/api4/${step.path}`, caller, params });
      if (answer.status !== 200) throw new Error(`${step.path}: ${answer.status} ${answer.text}`);
      return;
    }
    case 'site':
      if (step.now !== undefined) site.clock.set(Date.parse(step.now));
      if (step.timeZone !== undefined) site.world.setTimeZone(step.timeZone);
      if (step.maintenance !== undefined) site.world.maintenance = step.maintenance;
      return;
    case 'screen':
      onScreen(site, step);
      return;
    case 'store':
      site.world.tables.history.setDate(step.id, Date.parse(step.date));
      return;
    case 'fault':
      site.faults.inject({ system: 'civicrm', ...step.fault });
      return;
  }
}

function onScreen({ world }: RecordedSite, step: Extract<Preparation, { kind: 'screen' }>): void {
  const { groupId, contactId } = step;
  const acts = {
    uiadd: () => world.addToGroup(groupId, contactId),
    uiremove: () => world.removeFromGroup(groupId, contactId),
    mailunsub: () => world.unsubscribeByMail(groupId, contactId),
    uidelete: () => world.deleteFromGroup(groupId, contactId),
  };
  acts[step.screen]();
}
