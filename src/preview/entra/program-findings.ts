import type { Issue } from '../../estate/source/finding';
import type { ProgramRun, ProgramRuns } from './facts';
import type { EntraChanges } from './report-types';

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
