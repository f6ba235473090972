import { expect, test } from 'vitest';
import { QUEUE_STORES, startTestService } from '../../testing/test-service.ts';

test.each(QUEUE_STORES)(
  'a first sync makes both sides the same, and a further one changes nothing (%s)',
  async (queue) => {
    const service = await startTestService({ queue });
    const { charity, connection } = await service.charity(2000);

    const first = await service.sync(connection, { approval: 'all' });
    console.error(
      first.run.state,
      first.run.error,
      first.counts,
      first.requests,
      first.tookMs,
      charity.expected,
    );
    const second = await service.sync(connection);
    console.error(second.run.state, second.run.error, second.counts, second.requests, second.tookMs);
    expect(second.counts).toMatchObject({ created: 0, subscribed: 0 });
  },
);
