import { type BatchId, batchId, type UpdateId, updateId } from '../domain/ids.ts';

/** Names an operation of a batch so that it can be told to be ours, and of which batch, after a crash (durability rule 4). */
export const operationId = (installationId: string, batch: BatchId, update: UpdateId): string =>
  `mcsync:${installationId}:${batch}:${update}`;

/** Null: not ours. */
export function parseOperationId(
  text: string | null,
  installationId: string,
): { readonly batchId: BatchId; readonly updateId: UpdateId } | null {
  const [, installation, batch, update] = /^mcsync:([^:]+):(\d+):(\d+)$/.exec(text ?? '') ?? [];
  if (installation !== installationId) return null;
  return { batchId: batchId(Number(batch)), updateId: updateId(Number(update)) };
}
