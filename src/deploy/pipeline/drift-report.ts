import { line, link, name, paragraph } from '../../preview/blocks/make';
import { markdownLine, markdownOf } from '../../preview/blocks/markdown';
import type { Forge, Reported } from '../forges/forge';
import { outcomeSection } from './comment';
import type { Outcome } from './outcome';

/** Label of the report. */
export const DRIFT_LABEL = 'drift';

export interface DriftParts {
  readonly estate: string;
  /** One for each step that was to be looked at. */
  readonly outcomes: readonly Outcome[];
  readonly runUrl: string;
  /** Longest text that the forge takes. */
  readonly characters: number;
}

/** Of one estate there is one open report. */
export function driftMarker(estate: string): string {
  return `<!-- entra-aws-identity drift of ${estate} -->`;
}

export function composeDriftReport({ estate, outcomes, runUrl, characters }: DriftParts): string {
  const count = (state: Outcome['state']): number => outcomes.filter((outcome) => outcome.state === state).length;
  const skipped = count('not-asked');
  const found = `Of ${outcomes.length} looks, ${count('changed')} found drift and ${count('failed')} failed${skipped === 0 ? '' : `; ${skipped} did not take place`}.`;
  const told = markdownOf([paragraph(line`${found} Last looked at by ${link('this run', runUrl)}.`)]);
  const head = `${driftMarker(estate)}\n## ${markdownLine(line`Drift of ${name(estate)}`)}\n${told}`;
  return `${head}${outcomeSection(estate, outcomes, characters - head.length)}`;
}

/** Tells whether something was looked at, and nothing was found. A look that the pipeline leaves out has its line in the comment. */
export function isClean(outcomes: readonly Outcome[]): boolean {
  const looks = outcomes.filter(({ state }) => state !== 'not-asked');
  return looks.length > 0 && looks.every(({ state }) => state === 'unchanged');
}

/** Opens the report, or updates the one that is open, or closes it where everything was looked at and nothing was found. */
export async function reportDrift(
  forge: Forge,
  { estate, outcomes }: Pick<DriftParts, 'estate' | 'outcomes'>,
): Promise<Reported> {
  const body = composeDriftReport({ estate, outcomes, runUrl: forge.runUrl, characters: forge.limits.report });
  return forge.report({
    marker: driftMarker(estate),
    title: `Drift of ${estate}`,
    label: DRIFT_LABEL,
    body,
    isOpen: !isClean(outcomes),
  });
}
