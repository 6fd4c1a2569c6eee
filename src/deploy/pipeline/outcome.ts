import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { DriftLook, PipelineKind } from '../../estate/plan/stacks';
import { PIPELINE_KINDS, STACKS } from '../../estate/plan/stacks';
import type { Estate } from '../../estate/sections/estate';
import { parseWritten } from './written-file';

/** Beside the stacks, drift is looked for in the organization and in what people have in IAM Identity Center. */
const LOOKS = ['snapshot', 'assignments'] as const satisfies readonly DriftLook[];

/** Stacks and looks of the pipeline, in the order of a deployment. */
export const STEPS = [...PIPELINE_KINDS, ...LOOKS] as const;
export type Step = (typeof STEPS)[number];

export const ENGINES = ['pulumi', 'cdk'] as const;
export type Engine = (typeof ENGINES)[number];

/** Whether a step asks about a stack, and not whether something drifted beside the stacks. */
export function isStack(step: Step): step is PipelineKind {
  return step in STACKS;
}

/** The steps that an estate has; with `isDrift`, those that are looked at for drift. */
export function stepsOf(estate: Estate, isDrift: boolean): readonly Step[] {
  const kinds = PIPELINE_KINDS.filter((kind) => STACKS[kind].isIn(estate));
  const looks: readonly DriftLook[] = isDrift ? kinds.flatMap((kind) => STACKS[kind].drift) : [];
  return [...kinds, ...LOOKS.filter((look) => looks.includes(look))];
}

const Outcome = z.strictObject({
  step: z.enum(STEPS),
  /** The command line of the engine. */
  command: z.string(),
  /**
   * `changed`: a deployment would change something, or, of a look for drift, somebody changed something. `not-asked`: the
   * engine waits for a person, as `text` says.
   */
  state: z.enum(['unchanged', 'changed', 'failed', 'not-asked']),
  /** What is destroyed or replaced, in words. */
  destroyed: z.array(z.string()).readonly(),
  /** Resources that a look for drift could not check. */
  unchecked: z.int().min(0).exactOptional(),
  /** What the engine said, for people. */
  text: z.string(),
});
/** What an engine says about one stack. */
export type Outcome = Readonly<z.infer<typeof Outcome>>;

const SUFFIX = '.outcome.json';

export function outcomeFile(folder: string, step: Step): string {
  return join(folder, `${step}${SUFFIX}`);
}

/** The outcomes in a folder, in the order of a deployment. @throws Error naming the file that is none */
export function readOutcomes(folder: string): readonly Outcome[] {
  const files = readdirSync(folder).filter((file) => file.endsWith(SUFFIX));
  const outcomes = files.map((file) => parseOutcome(join(folder, file)));
  return outcomes.toSorted((a, b) => STEPS.indexOf(a.step) - STEPS.indexOf(b.step));
}

function parseOutcome(file: string): Outcome {
  return parseWritten(Outcome, { file, text: readFileSync(file, 'utf8'), command: 'npm run cloud-plan' });
}
