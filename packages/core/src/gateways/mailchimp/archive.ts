import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { JSONParser } from '@streamparser/json';
import { extract } from 'tar-stream';
import type { RequestCounter } from '../../domain/call-limiter.ts';
import { SyncError, TransientError } from '../../errors/sync-error.ts';
import { orAborted, startDeadline } from '../attempt.ts';
import { describeFailure } from '../http.ts';
import type { MailchimpReader, OperationResult } from './mailchimp.ts';
import { toOperationResult } from './outcome.ts';
import { type MemberView, NO_VIEW } from './profile.ts';

export interface ArchiveOptions {
  readonly count: RequestCounter;
  /** How long the storage may keep us waiting, for the first byte and for each next one. */
  readonly timeLimitMs?: number;
  /** What is read of each member; nothing but the status if not said. */
  readonly view?: MemberView;
}

const DEFAULT_TIME_LIMIT_MS = 60_000;

/** Reads result archives (mailchimp-api.md 6.2). */
export function createArchiveReader(options: ArchiveOptions): Pick<MailchimpReader, 'fetchResults'> {
  return { fetchResults: (resultUrl, signal) => streamResults(resultUrl, options, signal) };
}

/**
 * The storage is not the API: it is sent no credentials and needs no call slot. A broken archive is transient, because the next look at the batch gives a new URL.
 */
async function* streamResults(
  resultUrl: string,
  { count, timeLimitMs = DEFAULT_TIME_LIMIT_MS, view = NO_VIEW }: ArchiveOptions,
  signal: AbortSignal,
): AsyncGenerator<OperationResult, void, undefined> {
  const stop = new AbortController();
  const wait: Wait = (promise) => waitFor(promise, timeLimitMs, signal);
  try {
    count('mailchimp');
    const body = await openArchive(resultUrl, wait, stop.signal);
    yield* readArchive(receive(body, wait), view);
  } catch (error) {
    signal.throwIfAborted();
    throw toArchiveError(error);
  } finally {
    stop.abort(); // whoever stops half-way leaves no download behind
  }
}

/** Waits for the other end, but not for ever. The consumer may take its time between two waits. */
type Wait = <Value>(promise: Promise<Value>) => Promise<Value>;

async function waitFor<Value>(
  promise: Promise<Value>,
  timeLimitMs: number,
  signal: AbortSignal,
): Promise<Value> {
  const deadline = startDeadline(signal, timeLimitMs);
  try {
    return await orAborted(promise, deadline.signal);
  } finally {
    deadline.clear();
  }
}

async function openArchive(
  url: string,
  wait: Wait,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const response = await wait(fetch(url, { signal }));
  if (response.ok && response.body !== null) return response.body;
  if (response.status === 401 || response.status === 403 || response.status === 404 || response.ok) {
    throw new TransientError(
      'MAILCHIMP_BUSY',
      'The result archive is not there yet, or its address has run out.',
      { details: { httpStatus: response.status } },
    );
  }
  throw new TransientError('MAILCHIMP_BUSY', `The result archive cannot be had (${response.status}).`, {
    details: { httpStatus: response.status },
  });
}

async function* receive(
  body: ReadableStream<Uint8Array>,
  wait: Wait,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await wait(reader.read());
    if (done) return;
    yield value;
  }
}

/**
 * A tar, gzipped or already unpacked on the way: its first two bytes tell, headers do not. The first entry is the directory `./`; then one file or several, some of them empty. Only a chunk
 * and its results are held at any time.
 */
export async function* readArchive(
  bytes: AsyncIterable<Uint8Array>,
  view: MemberView = NO_VIEW,
): AsyncGenerator<OperationResult, void, undefined> {
  const { isGzipped, all } = await sniff(bytes);
  const entries = extract();
  const source = Readable.from(all, { objectMode: false });
  const unpacking = isGzipped ? pipeline(source, createGunzip(), entries) : pipeline(source, entries);
  // Its failure also breaks the entries, which are read below; this only keeps the same failure from counting as unhandled until it is awaited.
  unpacking.catch(() => undefined);
  try {
    for await (const entry of entries) {
      // Its types leave out that an entry can be iterated too.
      if (entry.header.type === 'file') yield* readFile(entry as unknown as AsyncIterable<Uint8Array>, view);
      else entry.resume();
    }
    await unpacking;
  } finally {
    source.destroy();
  }
}

async function sniff(
  bytes: AsyncIterable<Uint8Array>,
): Promise<{ readonly isGzipped: boolean; readonly all: AsyncIterable<Uint8Array> }> {
  const iterator = bytes[Symbol.asyncIterator]();
  let head = new Uint8Array();
  while (head.length < 2) {
    const { done, value } = await iterator.next();
    if (done) throw new MalformedArchiveError('it is empty');
    head = Buffer.concat([head, value]);
  }
  async function* all(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield head;
      for (;;) {
        const { done, value } = await iterator.next();
        if (done) return;
        yield value;
      }
    } finally {
      await iterator.return?.(); // stopped half-way, or at the end already
    }
  }
  return { isGzipped: head[0] === 0x1f && head[1] === 0x8b, all: all() };
}

/** A JSON array of results, parsed as it arrives. */
async function* readFile(
  file: AsyncIterable<Uint8Array>,
  view: MemberView,
): AsyncGenerator<OperationResult, void, undefined> {
  let results: OperationResult[] = [];
  const parser = new JSONParser({ paths: ['$.*'], keepStack: false });
  parser.onValue = ({ key, value }) => {
    if (typeof key !== 'number') throw new MalformedArchiveError('a file is no list');
    results.push(toOperationResult(value, view));
  };
  let isEmpty = true;
  for await (const chunk of file) {
    if (chunk.length === 0) continue;
    isEmpty = false;
    parser.write(chunk);
    yield* results;
    results = [];
  }
  if (!isEmpty && !parser.isEnded) throw new MalformedArchiveError('a file breaks off');
}

/** Never leaves this file. */
class MalformedArchiveError extends Error {
  override readonly name = 'MalformedArchiveError';
}

function toArchiveError(error: unknown): SyncError {
  if (error instanceof SyncError) return error;
  const isNetwork =
    error instanceof TypeError || (error instanceof DOMException && error.name === 'TimeoutError');
  if (isNetwork) {
    const { code } = describeFailure(error);
    return new TransientError('MAILCHIMP_UNREACHABLE', 'The result archive could not be fetched in time.', {
      details: { code },
    });
  }
  return new TransientError('MAILCHIMP_BAD_ANSWER', 'The result archive could not be read.', {
    cause: error,
  });
}
