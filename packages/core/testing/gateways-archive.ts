import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';

/** A result archive as Mailchimp makes it: the directory `./` first, then the files (mailchimp-api.md 6.2). Not gzipped. */
export async function packArchive(files: readonly string[]): Promise<Buffer> {
  const archive = pack();
  archive.entry({ name: './', type: 'directory' });
  for (const [index, content] of files.entries()) archive.entry({ name: `./${index}.json` }, content);
  archive.finalize();
  return await buffer(archive as unknown as AsyncIterable<Uint8Array>); // its types leave out that it can be iterated
}

/** The same, gzipped. */
export const gzipArchive = async (files: readonly string[]): Promise<Buffer> =>
  gzipSync(await packArchive(files));
