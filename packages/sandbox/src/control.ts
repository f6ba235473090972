import express, { type ErrorRequestHandler, type Request, type RequestHandler, Router } from 'express';
import {
  ArgumentError,
  type Arguments,
  CIVICRM_ACTS,
  MAILCHIMP_ACTS,
  numberOf,
  textOf,
} from './control-acts.ts';
import { type Fault, HTTP_FAULT_KINDS, type SystemName, WORLD_FAULT_KINDS } from './faults.ts';
import { act } from './people.ts';
import { Random } from './random.ts';
import type { SandboxParts } from './sandbox.ts';
import { countState } from './sandbox-state.ts';
import { populateCharity } from './scenario.ts';

/**
 * The control API: people's acts, faults, clock and counters, in JSON. A tool for development, to be reached from this machine only.
 *
 * | request                             | does                                                                         |
 * | ----------------------------------- | ---------------------------------------------------------------------------- |
 * | GET /state                          | what there is on both sides, in numbers                                      |
 * | POST /populate {people, seed?, name?} | scenario.ts; answers with ids and counts                                   |
 * | POST /act {count?, seed?}           | people.ts; answers with what happened                                        |
 * | POST /mailchimp/ACT, /civicrm/ACT   | one act of control-acts.ts; answers `{result}`: an id, where one came of it  |
 * | GET /mailchimp/mails, /mailchimp/deliveries | confirmation mails sent; events of webhooks and what came of them      |
 * | GET /civicrm/contacts?email=        | the contacts that hold an address, with their e-mail ids and memberships     |
 * | GET /requests, POST /requests/reset | counts, and the last requests                                                |
 * | GET, POST, DELETE /faults           | what is broken; break something (faults.ts); mend everything                 |
 * | POST /latency {system, ms}          | every request of a system waits so long                                      |
 * | POST /clock {advanceMs \| set \| freeze \| release} | the sandbox's time                                           |
 */
export function createControlRouter(parts: SandboxParts): Router {
  const { clock, faults, requests } = parts;
  const router = Router();
  router.use(express.json());

  router.get(
    '/state',
    answer(() => countState(parts)),
  );
  router.post(
    '/populate',
    answer((args) => populateCharity(parts, readPopulation(args))),
  );
  router.post('/act', answer(letPeopleAct(parts)));
  router.get(
    '/mailchimp/mails',
    answer(() => parts.mailchimp.world.mails()),
  );
  router.get(
    '/mailchimp/deliveries',
    answer(() => parts.mailchimp.service.sender.deliveries()),
  );
  router.post('/mailchimp/:act', runNamed(parts, MAILCHIMP_ACTS));
  router.post('/civicrm/:act', runNamed(parts, CIVICRM_ACTS));
  router.get('/civicrm/contacts', (request, response) => {
    response.json(describeHolders(parts, String(request.query['email'] ?? '')));
  });
  router.get(
    '/requests',
    answer(() => ({ counts: requests.counts(), recent: requests.recent(100) })),
  );
  router.post(
    '/requests/reset',
    answer(() => requests.reset()),
  );
  router.get(
    '/faults',
    answer(() => faults.list()),
  );
  router.post(
    '/faults',
    answer((args) => ({ id: faults.inject(readFault(args)) })),
  );
  router.delete(
    '/faults',
    answer(() => faults.clear()),
  );
  router.post(
    '/latency',
    answer((args) => faults.setLatency(readSystem(args), numberOf(args, 'ms'))),
  );
  router.post(
    '/clock',
    answer((args) => {
      moveClock(parts, args);
      return { now: clock.isoNow() };
    }),
  );
  router.use(explainErrors);
  return router;
}

/** Runs it with the request's JSON and answers with what comes of it; nothing is `{}`. */
function answer(run: (args: Arguments) => unknown): RequestHandler {
  return (request, response) => {
    response.json(run(argumentsOf(request)) ?? {});
  };
}

function argumentsOf(request: Request): Arguments {
  const body: unknown = request.body;
  return typeof body === 'object' && body !== null ? { ...body } : {};
}

function runNamed(
  parts: SandboxParts,
  acts: Readonly<Record<string, (parts: SandboxParts, args: Arguments) => unknown>>,
): RequestHandler<{ act: string }> {
  return (request, response) => {
    const named = acts[request.params.act];
    if (named === undefined) {
      response
        .status(404)
        .json({ error: `There is no act ${request.params.act}; there are ${Object.keys(acts).join(', ')}` });
      return;
    }
    const body: unknown = request.body;
    const args = typeof body === 'object' && body !== null ? { ...body } : {};
    response.json({ result: named(parts, args) ?? null });
  };
}

/** One generator goes on from request to request, unless one asks for a seed of its own. */
function letPeopleAct(parts: SandboxParts): (args: Arguments) => unknown {
  const shared = new Random(parts.clock.now());
  return (args) => {
    const random = typeof args['seed'] === 'number' ? new Random(args['seed']) : shared;
    const count = typeof args['count'] === 'number' ? args['count'] : 1;
    return { happened: Array.from({ length: count }, () => act(parts, random)) };
  };
}

function readPopulation(args: Arguments) {
  return {
    people: numberOf(args, 'people'),
    ...(args['seed'] === undefined ? {} : { seed: numberOf(args, 'seed') }),
    ...(args['name'] === undefined ? {} : { name: textOf(args, 'name') }),
  };
}

function readSystem(args: Arguments): SystemName {
  const system = textOf(args, 'system');
  if (system !== 'mailchimp' && system !== 'civicrm') {
    throw new ArgumentError('"system" must be mailchimp or civicrm');
  }
  return system;
}

/** JSON has no Infinity: `times: "always"` stands for it. */
function readFault(args: Arguments): Fault {
  const fault = { ...args, system: readSystem(args), kind: textOf(args, 'kind') };
  const kinds: readonly string[] = [...HTTP_FAULT_KINDS, ...WORLD_FAULT_KINDS];
  if (!kinds.includes(fault.kind)) throw new ArgumentError(`"kind" must be one of ${kinds.join(', ')}`);
  const times = args['times'] === 'always' ? { times: Number.POSITIVE_INFINITY } : {};
  return { ...fault, ...times } as Fault; // a tool for developers: what else is wrong shows by breaking nothing
}

function moveClock({ clock }: SandboxParts, args: Arguments): void {
  if (args['freeze'] === true) clock.freeze();
  if (args['set'] !== undefined) clock.set(numberOf(args, 'set'));
  if (args['advanceMs'] !== undefined) clock.advance(numberOf(args, 'advanceMs'));
  if (args['release'] === true) clock.release();
}

function describeHolders({ civicrm }: SandboxParts, email: string) {
  const { world } = civicrm;
  return world.findHolders(email).map((contactId) => ({
    contactId,
    isDeleted: world.contact(contactId).is_deleted,
    emails: world.emailsOf(contactId).map(({ id, email: address, on_hold: onHold }) => ({
      emailId: id,
      email: address,
      onHold,
    })),
    memberships: world.tables.groupContacts
      .ofContact(contactId)
      .map(({ group_id: groupId, status }) => ({ groupId, status })),
  }));
}

/** Whatever an act cannot do it says in words; so does JSON that is none. */
const explainErrors: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
  response.status(400).json({ error: error instanceof Error ? error.message : String(error) });
};
