import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { ExtraData, ExtraDataModule } from '../domain/extra-data.ts';
import { contactId } from '../domain/ids.ts';
import { FaultError, UsageError } from '../errors/sync-error.ts';
import type { ExtraDataSource } from '../stages/stage.ts';

const mergeTag = z.string().regex(/^[A-Z][A-Z0-9_]{0,9}$/);
const moduleSchema = z.object({
  mergeTags: z.array(mergeTag).default([]),
  tags: z.array(z.string().min(1).max(100)).default([]),
  fetchExtraData: z.custom<ExtraDataModule['fetchExtraData']>((value) => typeof value === 'function'),
});

const ownData = z.strictObject({
  fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).default({}),
  tags: z.array(z.string()).default([]),
});
const answerSchema = z.map(z.int().positive(), ownData);
type Answer = z.infer<typeof answerSchema>;

/**
 * Loads the module that `EXTRA_DATA_MODULE` names: a file, or a package that is installed. Rejects with a `UsageError` where there is none, or where it exports something else than
 * docs/guide/own-data.md says.
 */
export async function loadExtraData(name: string): Promise<ExtraDataSource> {
  const found: unknown = await importModule(name);
  const parsed = moduleSchema.safeParse(found);
  if (!parsed.success) {
    throw new UsageError('BAD_SETTINGS', [
      'The module that EXTRA_DATA_MODULE names must export a function fetchExtraData, and may export mergeTags (capital letters and digits, at most ten each) and tags. See docs/guide/own-data.md.',
    ]);
  }
  const { mergeTags, tags, fetchExtraData } = parsed.data;
  return {
    mergeTags,
    tags,
    async fetch(request) {
      const answer = await ask(fetchExtraData, request);
      checkDeclared(answer, mergeTags, tags);
      return new Map(
        request.contactIds.map((id) => [contactId(id), toExtraData(answer.get(id), mergeTags, tags)]),
      );
    },
  };
}

async function importModule(name: string): Promise<unknown> {
  const isFile = /^[./]|^file:/.test(name);
  try {
    return await import(isFile && !name.startsWith('file:') ? pathToFileURL(resolve(name)).href : name);
  } catch (error) {
    const message = `EXTRA_DATA_MODULE names a module that cannot be loaded. Give a file, such as ./own-data.mjs, or the name of a package that is installed.`;
    throw new UsageError('BAD_SETTINGS', [message], { cause: error });
  }
}

async function ask(
  fetchExtraData: ExtraDataModule['fetchExtraData'],
  request: Parameters<ExtraDataSource['fetch']>[0],
): Promise<Answer> {
  let answer: unknown;
  try {
    answer = await fetchExtraData(request);
  } catch (error) {
    request.signal.throwIfAborted();
    throw failed('The module for own data failed; the log has its error.', error);
  }
  const parsed = answerSchema.safeParse(answer);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.slice(1).join('.') ?? '';
  throw failed(
    `The module for own data returned something else than a Map from contact ids to fields and tags${where === '' ? '' : ` (${where})`}.`,
  );
}

/** Only what a module has declared is read at Mailchimp, so only that can be kept the same. */
function checkDeclared(answer: Answer, mergeTags: readonly string[], tags: readonly string[]): void {
  const undeclared = [...answer.values()].flatMap((own) => [
    ...Object.keys(own.fields).filter((tag) => !mergeTags.includes(tag)),
    ...own.tags.filter((name) => !tags.includes(name)),
  ]);
  if (undeclared.length === 0) return;
  throw failed(
    `The module for own data returned what it has not declared: ${[...new Set(undeclared)].slice(0, 5).join(', ')}. Name it in mergeTags or tags.`,
  );
}

const failed = (message: string, cause?: unknown): FaultError =>
  new FaultError('EXTRA_DATA_FAILED', `${message} Nothing was changed; the next run asks again.`, { cause });

function toExtraData(
  own: z.infer<typeof ownData> | undefined,
  mergeTags: readonly string[],
  tags: readonly string[],
): ExtraData {
  return {
    fields: Object.fromEntries(mergeTags.map((tag) => [tag, own?.fields[tag] ?? null])),
    tags: Object.fromEntries(tags.map((name) => [name, own?.tags.includes(name) ?? false])),
  };
}
