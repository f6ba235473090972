import { buffer } from 'node:stream/consumers';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';

/** What came of one operation, as the archive says it (reference 6.2). */
export interface OperationResult {
  readonly status_code: number;
  readonly operation_id: string | null;
  /** The answer's JSON as a string; `''` for 204. */
  readonly response: string;
}

export interface ResultFile {
  /** Without folder and ending. */
  readonly name: string;
  /** The JSON array, or nothing at all: some files are empty. */
  readonly content: string;
}

/** A gzip-compressed tar whose first entry is the directory `./`, as Mailchimp packs it. */
export function packResults(files: readonly ResultFile[]): Promise<Buffer> {
  const archive = pack();
  archive.entry({ name: './', type: 'directory' });
  for (const { name, content } of files) archive.entry({ name: `./${name}.json` }, content);
  archive.finalize();
  // Level 1: a thousand member objects repeat each other so much that more effort gains nothing.
  return buffer(archive.pipe(createGzip({ level: 1 })));
}
