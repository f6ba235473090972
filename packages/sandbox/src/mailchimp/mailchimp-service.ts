import type { SandboxClock } from '../clock.ts';
import type { Faults } from '../faults.ts';
import { Random } from '../random.ts';
import type { RequestLog } from '../request-log.ts';
import { handleCall, isDeferred } from './api.ts';
import type { Answer, ApiCall, ApiContext } from './api-call.ts';
import type { Batch } from './batch.ts';
import { describeBatch } from './batch-resource.ts';
import { Batches } from './batches.ts';
import { BytePool } from './byte-pool.ts';
import { ListStats } from './list-stats.ts';
import type { MailchimpWorld } from './mailchimp-world.ts';
import { runOperation } from './run-operation.ts';
import { WebhookSender } from './webhook-sender.ts';
import { Webhooks } from './webhooks.ts';

export interface MailchimpServiceOptions {
  readonly world: MailchimpWorld;
  readonly clock: SandboxClock;
  readonly faults: Faults;
  readonly requests: RequestLog;
  /** The sandbox's own address without `/mailchimp`, such as `http://127.0.0.1:4010`; asked whenever an answer needs it. */
  readonly publicUrl: () => string;
}

/** What goes on by itself at Mailchimp, and what the API's handlers work on. */
export interface MailchimpService {
  readonly context: ApiContext;
  readonly batches: Batches;
  readonly webhooks: Webhooks;
  readonly sender: WebhookSender;
}

/** Batches that run and webhooks that are delivered on the sandbox's clock, over a world. */
export function createMailchimpService(options: MailchimpServiceOptions): MailchimpService {
  const { world, clock, faults, requests, publicUrl } = options;
  const settings = () => world.settings;
  // Generators of their own, so that the moment at which a batch ends does not change what the world makes up next.
  const seed = world.random.int(0, 2 ** 31);
  const random = new Random(seed + 1);
  const sender = new WebhookSender({ clock, random, faults, settings });
  const webhooks = new Webhooks({ sender, random, settings });
  world.listen((audience, event) => webhooks.announce(audience, event));
  const handle = (call: ApiCall): Answer => {
    const answer = handleCall(context, call);
    return isDeferred(answer) ? answer.conclude(false) : answer;
  };
  const batches = new Batches({
    clock,
    random: new Random(seed),
    faults,
    settings,
    run(account, operation) {
      const { operationId, method, path } = operation;
      requests.recordOperation({ operationId, method, path, at: clock.now() });
      return runOperation(handle, faults, account, operation);
    },
    waitingEvents: (account) => webhooks.waitingForBatches(account),
    onFinished: (batch) => webhooks.announceBatch(batch, batchFields(batch)),
  });
  const batchFields = (batch: Batch) =>
    Object.entries(describeBatch(batch, context.resultUrl(batches.issueToken(batch)))).map(
      ([name, value]) => [`data[${name}]`, String(value)] as const,
    );
  const context: ApiContext = {
    world,
    faults,
    batches,
    webhooks,
    stats: new ListStats(world),
    pool: new BytePool(),
    base: () => `${publicUrl()}/mailchimp/3.0`,
    resultUrl: (token) => `${publicUrl()}/mailchimp/results/${token}.tar.gz`,
  };
  return { context, batches, webhooks, sender };
}
