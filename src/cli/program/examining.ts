import { checkLocal, LocalTargetError, type Needs } from '../../clouds/local-target';
import { diskFolder } from '../../estate/load/estate-folder';
import type { EstatePlan } from '../../estate/plan/estate-plan';
import { planEstate } from '../../estate/plan/estate-plan';
import { formatFinding } from '../../estate/source/finding';
import { UsageError } from './cli';

/** AWS answers about 20 calls a second: the largest organizations take ten thousand. */
export const TIMEOUT = { default: 900, min: 1, max: 3600 } as const;

/** Makes sure that `--against local` asks nobody elsewhere. @throws UsageError with all that is wrong */
export function requireTarget(against: string | undefined, needs: Needs): void {
  if (against === undefined) return;
  if (against !== 'local') throw new UsageError(`--against must be local, not '${against}'`);
  try {
    checkLocal(process.env, needs);
  } catch (error) {
    throw error instanceof LocalTargetError ? new UsageError(error.message) : error;
  }
}

/** @throws Error with the errors of the estate */
export function readSoundPlan(estates: string, name: string): EstatePlan {
  const plan = planEstate(diskFolder(estates, name));
  const errors = plan.findings.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return plan;
  throw new Error(['Errors of the estate come first:', ...errors.map(formatFinding)].join('\n'));
}

export function hasColours(): boolean {
  return process.stdout.isTTY && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';
}
