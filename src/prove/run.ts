import type { Directory } from '../clouds/graph/directory';
import { deleteLeftovers, lookedWords } from './leftovers';
import type { MarkedEstate, Stage } from './marked-estate';
import type { MarkedStack } from './marked-stack';
import { type Owning, waitForOwners } from './owners';

/** Steps of a run, in their order. */
export const STEPS = ['up', 'preview', 'refresh', 'change', 'rotate', 'destroy', 'look'] as const;
export type Step = (typeof STEPS)[number];

/** Result of a step. */
export interface Outcome {
  readonly step: string;
  readonly held: boolean;
  readonly detail: string;
}

export interface RunOptions extends Owning {
  readonly estate: MarkedEstate;
  readonly stack: MarkedStack;
  readonly directory: Pick<Directory, 'context'>;
  readonly onStep: (step: Step) => void;
}

/** Takes a marked estate from nothing to nothing. */
export async function runEstate(options: RunOptions): Promise<readonly Outcome[]> {
  const first = await deployFirst(options);
  const azuread = options.stack.azureadVersion();
  const outcomes = [azuread === undefined ? first : { ...first, detail: `${first.detail}, azuread ${azuread}` }];
  for (const change of first.held ? CHANGES : [])
    if (!options.isInterrupted()) outcomes.push(await deploy(options, change));
  return [...outcomes, await deploy(options, { step: 'destroy' }), await look(options)];
}

/** Microsoft Graph names no owner of what an application makes from a template: the program stops there, and goes on once it has one. */
async function deployFirst(options: RunOptions): Promise<Outcome> {
  const change: Change = { step: 'up', stage: 'first' };
  const first = await deploy(options, change);
  if (first.held || !(await waitForOwners(options.directory.context, options.estate.mark, options))) return first;
  return deploy(options, change);
}

interface Change {
  readonly step: Exclude<Step, 'look'>;
  readonly stage?: Stage;
}

const CHANGES: readonly Change[] = [
  { step: 'preview' },
  { step: 'refresh' },
  { step: 'change', stage: 'changed' },
  { step: 'rotate', stage: 'rotated' },
];

async function deploy(
  { stack, onStep }: Pick<RunOptions, 'stack' | 'onStep'>,
  { step, stage }: Change,
): Promise<Outcome> {
  onStep(step);
  if (stage !== undefined) stack.stage = stage;
  const held = await stack.run(step === 'change' || step === 'rotate' ? 'up' : step);
  return { step, held, detail: MEANING[step] };
}

const MEANING: Readonly<Record<Change['step'], string>> = {
  up: 'all is made',
  preview: 'a preview shows no change',
  refresh: 'nothing differs from what was made',
  change: 'what changed is deployed',
  rotate: 'another secret or certificate is deployed',
  destroy: 'all is deleted',
};

async function look({ estate, directory, onStep }: RunOptions): Promise<Outcome> {
  onStep('look');
  const { found, left } = await deleteLeftovers(directory.context, estate.kind, estate.mark);
  const { isClean, hidden } = lookedWords(left);
  const detail = `${leftDetail(found.length, left.objects.length)}${hidden}`;
  return { step: 'look', held: found.length === 0 && isClean, detail };
}

/** Detail of a look for objects that a run left. */
export function leftDetail(found: number, left: number): string {
  return `${found} objects with the mark were left, ${left} are after their deletion`;
}
