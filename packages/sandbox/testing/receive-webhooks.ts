import { EventEmitter, once } from 'node:events';
import express from 'express';
import { serve } from './start-mailchimp.ts';

/** What arrived at a receiver of webhooks. */
export interface Received {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** As it was sent, for the signature. */
  readonly body: string;
  readonly form: URLSearchParams;
}

export interface Receiver {
  readonly url: string;
  /** POSTs so far, oldest first. */
  readonly posts: readonly Received[];
  /** GETs so far: Mailchimp asks once before it saves a webhook. */
  readonly gets: readonly Received[];
  /** The status of the answers to POSTs from now on; 0 answers none at all. */
  answerWith(status: number): void;
  /** Resolves with the first so many POSTs, once they have been answered. */
  received(count: number): Promise<readonly Received[]>;
  close(): Promise<void>;
}

/** A server of one's own that webhooks are delivered to; it answers GET with `getStatus`. */
export async function receiveWebhooks({ getStatus = 200 } = {}): Promise<Receiver> {
  const posts: Received[] = [];
  const gets: Received[] = [];
  const arrivals = new EventEmitter();
  let postStatus = 200;
  const app = express();
  app.use(express.text({ type: () => true }), (request, response) => {
    const body = typeof request.body === 'string' ? request.body : '';
    const { method, headers } = request;
    const received = { method, headers, body, form: new URLSearchParams(body) };
    if (method === 'GET') {
      gets.push(received);
      response.status(getStatus).end();
      return;
    }
    response.once('close', () => {
      posts.push(received);
      arrivals.emit('post');
    });
    if (postStatus > 0) response.status(postStatus).end();
  });
  const { url, close, unref } = await serve(app);
  unref();
  return {
    url: `${url}/hook`,
    posts,
    gets,
    answerWith(status) {
      postStatus = status;
    },
    async received(count) {
      while (posts.length < count) await once(arrivals, 'post');
      return posts.slice(0, count);
    },
    close,
  };
}
