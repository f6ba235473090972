export type BatchStatus = 'pending' | 'preprocessing' | 'started' | 'finalizing' | 'finished';

export type OperationMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One operation of a batch as it was submitted (reference 6.1). */
export interface Operation {
  readonly method: OperationMethod;
  /** Relative to `/3.0`, with or without a leading slash. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly bodyText: string;
  readonly operationId: string | null;
}

export interface Batch {
  readonly id: string;
  readonly accountId: string;
  /** Milliseconds since 1970 of the sandbox's clock. */
  readonly submittedAt: number;
  status: BatchStatus;
  /** 0 until the batch is started; pages of a collection count one by one. */
  total: number;
  finished: number;
  errored: number;
  completedAt: number | null;
  /** Packed in the background, so that the state does not wait for it. */
  archive: Promise<Buffer> | null;
  isDeleted: boolean;
}
