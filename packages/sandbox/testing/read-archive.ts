import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';

export interface ArchiveEntry {
  readonly name: string;
  readonly type: string;
  readonly content: string;
}

/** The entries of a gzip-compressed tar in their order. */
export async function readArchive(archive: Buffer): Promise<readonly ArchiveEntry[]> {
  const entries: ArchiveEntry[] = [];
  for await (const entry of Readable.from([archive]).pipe(createGunzip()).pipe(extract())) {
    const content = await buffer(entry);
    entries.push({ name: entry.header.name, type: entry.header.type ?? '', content: content.toString() });
  }
  return entries;
}
