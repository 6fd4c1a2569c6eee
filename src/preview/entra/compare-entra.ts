import { hasErrors, type Issue } from '../../estate/source/finding';
import { type Action, countActions } from '../blocks/actions';
import type { BaseFacts, Side } from '../facts';
import { count } from '../blocks/text';
import { comparePrograms } from './compare-programs';
import type { ProgramRun, ProgramRuns } from './facts';
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

function summaryOf(changes: readonly ResourceChange[]): Pick<EntraChanges, 'counts' | 'resources'> {
  return { counts: countActions(changes), resources: changes.toSorted((a, b) => weightOf(a) - weightOf(b)) };
}

const WEIGHTS: Readonly<Record<Action, number>> = { delete: 0, replace: 1, update: 2, create: 3 };

function weightOf({ action, dangers }: ResourceChange): number {
  return (dangers.length > 0 ? 0 : 10) + WEIGHTS[action];
}

/** Reports what the programs say of themselves: a failure would stop the deployment, a warning would not. */
export function programIssues(runs: ProgramRuns | undefined): readonly Issue[] {
  return (runs?.programs ?? []).flatMap(issuesOf);
}

function issuesOf({ program, warnings, failure }: ProgramRun): readonly Issue[] {
  const at = [program];
  return [
    ...linesOf(failure).map((problem): Issue => ({ severity: 'error', code: 'program-failed', at, problem })),
    ...warnings.map((warning): Issue => ({ severity: 'warning', code: 'program-warning', at, problem: warning })),
  ];
}

/** A message of several lines says in the first one that others follow. */
function linesOf(message: string | undefined): readonly string[] {
  if (message === undefined) return [];
  const lines = message.split('\n').map((line) => line.trim());
  const [first = '', ...others] = lines.filter((line) => line !== '');
  return others.length > 0 && first.endsWith(':') ? others : [[first, ...others].join(' ')];
}

/** A stack that stays behind is a warning: only the base's own checkout can delete it, before or after this. */
export function abandonedPrograms(changes: EntraChanges | undefined): readonly Issue[] {
  return (changes?.abandoned ?? []).map((text) => ({
    severity: 'warning',
    code: 'stack-abandoned',
    at: [],
    problem: `leaves a stack behind. ${text}`,
  }));
}
