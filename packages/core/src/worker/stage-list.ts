import { APPLY_STAGES, type ApplyStage, type PlanStage, type StageName } from '../domain/run.ts';
import { createContacts } from '../stages/apply/create-contacts.ts';
import { enqueueUpdatesStage } from '../stages/apply/enqueue-updates.ts';
import { finish } from '../stages/apply/finish.ts';
import { writeCivicrm } from '../stages/apply/write-civicrm.ts';
import { addCivicrmOnly } from '../stages/plan/add-civicrm-only.ts';
import { cleanUpDuplicates } from '../stages/plan/clean-up-duplicates.ts';
import { detectCivicrmChanges } from '../stages/plan/detect-civicrm-changes.ts';
import { drawUpPlan } from '../stages/plan/draw-up-plan.ts';
import { fetchExtraData } from '../stages/plan/fetch-extra-data.ts';
import { fetchMailchimp } from '../stages/plan/fetch-mailchimp.ts';
import { populateMissingContactIds } from '../stages/plan/populate-missing-contact-ids.ts';
import { probe } from '../stages/plan/probe.ts';
import { reconcileStage } from '../stages/plan/reconcile.ts';
import { removeInvalidContactIds } from '../stages/plan/remove-invalid-contact-ids.ts';
import type { ApplyContext, PlanContext, Stage, StageContext } from '../stages/stage.ts';

/** Plan stages take readers only: a writer among them does not compile. */
const PLAN: Readonly<Record<PlanStage, Stage<PlanContext, never>>> = {
  probe: opaque(probe),
  'fetch-mailchimp': opaque(fetchMailchimp),
  'detect-civicrm-changes': opaque(detectCivicrmChanges),
  'remove-invalid-contact-ids': opaque(removeInvalidContactIds),
  'populate-missing-contact-ids': opaque(populateMissingContactIds),
  'add-civicrm-only': opaque(addCivicrmOnly),
  'clean-up-duplicates': opaque(cleanUpDuplicates),
  'fetch-extra-data': opaque(fetchExtraData),
  reconcile: opaque(reconcileStage),
  'draw-up-plan': opaque(drawUpPlan),
};

const APPLY: Readonly<Record<ApplyStage, Stage<ApplyContext, never>>> = {
  'create-contacts': opaque(createContacts),
  'write-civicrm': opaque(writeCivicrm),
  'enqueue-updates': opaque(enqueueUpdatesStage),
  finish: opaque(finish),
};

/** What a stage's pieces cover is the stage's own business: it gets back, as JSON, what it had said itself. */
function opaque<Context extends StageContext, Input>(stage: Stage<Context, Input>): Stage<Context, never> {
  return stage as unknown as Stage<Context, never>;
}

/** A stage with the context that it may have. */
export type NamedStage =
  | { readonly flow: 'plan'; readonly stage: Stage<PlanContext, never> }
  | { readonly flow: 'apply'; readonly stage: Stage<ApplyContext, never> };

export function findStageNamed(name: StageName): NamedStage {
  return isApplyStage(name) ? { flow: 'apply', stage: APPLY[name] } : { flow: 'plan', stage: PLAN[name] };
}

const isApplyStage = (name: StageName): name is ApplyStage => APPLY_STAGES.some((known) => known === name);
