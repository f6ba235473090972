import { invariant } from '../domain/invariant.ts';
import { APPLY_STAGES, PLAN_STAGES, type RunState, type StageName } from '../domain/run.ts';
import { passStep } from '../step-boundary.ts';
import type { LeaseHold } from '../store/leases.ts';
import { chainStages } from './chain-stages.ts';
import type { Queues } from './queues.ts';

const FLOWS: Readonly<Partial<Record<RunState, readonly [StageName, ...StageName[]]>>> = {
  planning: PLAN_STAGES,
  applying: APPLY_STAGES,
};

/** The stages of the flow that a run in this state is in; stages that are done pass at once when the flow is added again. */
export function stagesFor(state: RunState): readonly [StageName, ...StageName[]] {
  const stages = FLOWS[state];
  invariant(stages !== undefined, `a run that is ${state} has no flow`);
  return stages;
}

/** Adds the plan flow or the apply flow of a run. May run twice: the jobs' ids are predictable. */
export async function addFlow(queues: Queues, state: RunState, { runId, token }: LeaseHold): Promise<void> {
  await queues.flows.add(chainStages(stagesFor(state), { runId, token }));
  passStep('flow-added');
}
