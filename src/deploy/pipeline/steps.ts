import type { DriftLook, PipelineKind } from '../../estate/plan/stacks/stacks';
import { PIPELINE_KINDS, STACK_KINDS, STACKS } from '../../estate/plan/stacks/stacks';
import type { Estate } from '../../estate/sections/estate';

/** Folder of everything that one job hands to another, or to people. */
export const PLAN_FOLDER = 'plan';

/** Templates that are compared and deployed. */
export const ASSEMBLY = `${PLAN_FOLDER}/cdk.out`;

/** Looks of the doctor, by whose credentials they need. */
const DOCTOR_LOOKS = [
  'doctor-access',
  'doctor-customers',
  'doctor-workforce',
  'doctor-emergency',
  'doctor-hosting',
] as const satisfies readonly DriftLook[];
export type DoctorLook = (typeof DOCTOR_LOOKS)[number];

/** Beside the stacks, drift is looked for in the organization, and by the doctor. */
const LOOKS = ['snapshot', ...DOCTOR_LOOKS] as const satisfies readonly DriftLook[];

/** Stacks and looks of the pipeline, in the order of a deployment. */
export const STEPS = [...PIPELINE_KINDS, ...LOOKS] as const;
export type Step = (typeof STEPS)[number];

export const ENGINES = ['pulumi', 'cdk'] as const;
export type Engine = (typeof ENGINES)[number];

/** Tells whether a step asks about a stack, and not whether something drifted beside the stacks. */
export function isStack(step: Step): step is PipelineKind {
  return step in STACKS;
}

/** The steps that an estate has; with `isDrift`, those that are looked at for drift. */
export function stepsOf(estate: Estate, isDrift: boolean): readonly Step[] {
  const kinds = PIPELINE_KINDS.filter((kind) => STACKS[kind].isIn(estate));
  // What a person deploys is looked at all the same.
  const all = isDrift ? STACK_KINDS.filter((kind) => STACKS[kind].isIn(estate)) : [];
  const looks: readonly DriftLook[] = all.flatMap((kind) => STACKS[kind].drift);
  return [...kinds, ...LOOKS.filter((look) => looks.includes(look))];
}
