import type { Directory } from '../clouds/graph/directory';
import { deleteLeftovers } from './leftovers';
import type { MarkedEstate, Stage } from './marked-estate';
import type { PulumiProject } from './pulumi-project';

/** Steps of a run, in their order. */
export const STEPS = ['up', 'preview', 'refresh', 'change', 'rotate', 'destroy', 'look'] as const;
export type Step = (typeof STEPS)[number];

/** How a step ended. */
export interface Outcome {
  readonly step: Step;
  readonly held: boolean;
  readonly detail: string;
}

export interface RunOptions {
  readonly estate: MarkedEstate;
  readonly project: PulumiProject;
  readonly directory: Pick<Directory, 'context'>;
  readonly onStep: (step: Step) => void;
  /** True once the person wants it to end: what was made is destroyed, and nothing else is done. */
  readonly isInterrupted: () => boolean;
}

/** Takes a marked estate from nothing to nothing. */
export async function runEstate(options: RunOptions): Promise<readonly Outcome[]> {
  const { project, isInterrupted } = options;
  const outcomes: Outcome[] = [];
  const add = (outcome: Outcome): void => void outcomes.push(outcome);
  if ((await project.init()) !== 0) return [{ step: 'up', held: false, detail: 'the stack could not be made' }];
  add(await pulumi(options, 'up', ['up', '--yes', '--skip-preview'], 'first'));
  const azuread = project.azureadVersion();
  const isUp = outcomes.every(({ held }) => held);
  for (const { step, words, stage } of isUp ? CHANGES : [])
    if (!isInterrupted()) add(await pulumi(options, step, words, stage));
  add(await pulumi(options, 'destroy', ['destroy', '--yes', '--skip-preview']));
  add(await look(options));
  const [first, ...rest] = outcomes;
  if (first === undefined || azuread === undefined) return outcomes;
  return [{ ...first, detail: `${first.detail}, azuread ${azuread}` }, ...rest];
}

const CHANGES: readonly { readonly step: Step; readonly words: Words; readonly stage?: Stage }[] = [
  { step: 'preview', words: ['preview', '--expect-no-changes'] },
  { step: 'refresh', words: ['preview', '--refresh', '--expect-no-changes'] },
  { step: 'change', words: ['up', '--yes', '--skip-preview'], stage: 'changed' },
  { step: 'rotate', words: ['up', '--yes', '--skip-preview'], stage: 'rotated' },
];

type Words = readonly [string, ...string[]];

async function pulumi(
  { project, onStep }: Pick<RunOptions, 'project' | 'onStep'>,
  step: Step,
  words: Words,
  stage?: Stage,
): Promise<Outcome> {
  onStep(step);
  if (stage !== undefined) project.write(stage);
  const code = await project.run(...words);
  return { step, held: code === 0, detail: `pulumi ${words.join(' ')}: exit code ${code}` };
}

async function look({ estate, directory, onStep }: RunOptions): Promise<Outcome> {
  onStep('look');
  const { found, left } = await deleteLeftovers(directory.context, estate.kind, estate.mark);
  const rest = left.length === 0 ? 'deleted by name' : `${left.length} of them could not be deleted`;
  const detail = found.length === 0 ? 'nothing with the mark is left' : `${found.length} objects were left; ${rest}`;
  return { step: 'look', held: found.length === 0, detail };
}
