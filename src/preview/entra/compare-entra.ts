import { hasErrors } from '../../estate/source/finding';
import type { BaseFacts, Side } from '../facts';
import { count } from '../blocks/text';
import { comparePrograms } from './compare-programs';
import type { ProgramRun } from './facts';
import { programsOf, PULUMI_KINDS } from '../../estate/plan/stacks/stacks';
import type { EntraChanges, ResourceChange } from './report-types';

/**
 * Compares what the programs register. Undefined where neither side has a section that a program is for, and where the
 * programs were not asked for.
 */
export function compareEntra(base: BaseFacts, head: Side): EntraChanges | undefined {
  const before = base.kind === 'estate' ? base.side : undefined;
  const sides = [...(before === undefined ? [] : [before]), head];
  const concerned = sides.filter(({ plan }) => programsOf(plan.estate).length > 0);
  if (concerned.every(({ plan, programs }) => programs === undefined && !hasErrors(plan.findings))) return undefined;
  const reasons = concerned.flatMap(reasonNotToCompare);
  if (reasons.length > 0) return { notCompared: reasons.join(' '), abandoned: [], ...summaryOf([]) };
  const programs = PULUMI_KINDS.map((name) => ({ before: runOf(before, name), after: runOf(head, name) }));
  return {
    abandoned: programs.flatMap(({ before: run, after }) => (after === undefined && run ? [abandonment(run)] : [])),
    ...summaryOf(programs.flatMap(({ before: run, after }) => (after ? comparePrograms(run, after) : []))),
  };
}

/** A program without its section can't be run, so its stack is neither changed nor deleted. */
function abandonment({ stack, resources }: ProgramRun): string {
  const deployed = resources.filter(({ kind }) => kind === 'resource').length;
  return `The estate has no section for the stack ${stack} any more, but what it deployed stays in the directory: ${count(deployed, 'resource')}. Run \`pulumi destroy --stack ${stack}\` from the base first.`;
}

function runOf(side: Side | undefined, name: ProgramRun['program']): ProgramRun | undefined {
  return side?.programs?.programs.find(({ program }) => program === name);
}

function reasonNotToCompare({ plan, programs, revision }: Side): readonly string[] {
  const name = revision === undefined ? 'The estate' : `The estate at ${revision}`;
  if (programs === undefined) return [`${name} has errors, so its programs were not run.`];
  return programs.programs
    .filter(({ failure }) => failure !== undefined)
    .map(({ program, failure = '' }) => `${name}: the program ${program} of ${plan.estate.name} fails: ${failure}`);
}

function summaryOf(changes: readonly ResourceChange[]): Omit<EntraChanges, 'notCompared' | 'abandoned'> {
  const countOf = (action: ResourceChange['action']): number => changes.filter((one) => one.action === action).length;
  return {
    counts: {
      created: countOf('create'),
      updated: countOf('update'),
      replaced: countOf('replace'),
      deleted: countOf('delete'),
    },
    resources: changes.toSorted((a, b) => weightOf(a) - weightOf(b)),
  };
}

const WEIGHTS: Readonly<Record<ResourceChange['action'], number>> = { delete: 0, replace: 1, update: 2, create: 3 };

function weightOf({ action, dangers }: ResourceChange): number {
  return (dangers.length > 0 ? 0 : 10) + WEIGHTS[action];
}
