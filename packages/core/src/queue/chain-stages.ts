import type { JobsOptions } from 'bullmq';
import type { StageName } from '../domain/run.ts';
import { RETRIED, STAGES, type StageJob, versioned } from './queues.ts';

/** A stage of a flow, with the stages that have to be done before. */
export interface StageNode {
  readonly name: StageName;
  readonly queueName: string;
  readonly opts: JobsOptions;
  readonly data: StageJob;
  readonly children: StageNode[];
}

/**
 * An ordered list → a tree: BullMQ runs children before their parent, so the last stage is the root. A stage that fails for good fails those after it.
 */
export function chainStages(
  [first, ...rest]: readonly [StageName, ...StageName[]],
  input: Omit<StageJob, 'stage'>,
): StageNode {
  const innermost = stageNode(first, input, []);
  return rest.reduce((child, name) => stageNode(name, input, [child]), innermost);
}

/** Predictable, so that adding a flow twice adds it once. A run that is taken up again has another token, and so other jobs. */
export const stageJobId = ({ runId, token, stage }: StageJob): string => `R${runId}-${token}-${stage}`;

export const chunkJobId = (job: StageJob & { readonly number: number }): string =>
  `${stageJobId(job)}-${job.number}`;

function stageNode(stage: StageName, input: Omit<StageJob, 'stage'>, children: StageNode[]): StageNode {
  const data = versioned({ ...input, stage });
  return {
    name: stage,
    queueName: STAGES,
    data,
    opts: { ...RETRIED, jobId: stageJobId(data), failParentOnFailure: true },
    children,
  };
}
