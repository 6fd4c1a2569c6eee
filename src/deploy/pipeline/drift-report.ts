import { line, link, name, paragraph, strong } from '../../preview/blocks/make';
import { markdownLine, markdownOf } from '../../preview/blocks/markdown';
import { count } from '../../preview/blocks/text';
import type { Forge, Reported } from '../forges/forge';
import { COMMIT_DIGITS, outcomeSection } from './comment';
import type { Deployment } from './last-deployment';
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
  /** Commits that were merged and are not deployed, with the deployment before them. @default none */
  readonly waiting?: { readonly commits: number; readonly deployed: Deployment } | undefined;
}

/** Of one estate there is one open report. */
export function driftMarker(estate: string): string {
  return `<!-- entra-aws-identity drift of ${estate} -->`;
}

export function composeDriftReport({ estate, outcomes, runUrl, characters, waiting }: DriftParts): string {
  const countOf = (state: Outcome['state']): number => outcomes.filter((outcome) => outcome.state === state).length;
  const skipped = countOf('not-asked');
  const found = `Of ${outcomes.length} looks, ${countOf('changed')} found drift and ${countOf('failed')} failed${skipped === 0 ? '' : `; ${skipped} did not take place`}.`;
  const told = markdownOf([paragraph(line`${found} Last looked at by ${link('this run', runUrl)}.`)]);
  const head = `${driftMarker(estate)}\n## ${markdownLine(line`Drift of ${name(estate)}`)}\n${told}${waitingText(waiting)}`;
  return `${head}${outcomeSection(estate, outcomes, characters - head.length)}`;
}

/** Commits that wait for an approval: the looks compare with what was deployed. */
function waitingText(waiting: DriftParts['waiting']): string {
  if (waiting === undefined) return '';
  const { commits, deployed } = waiting;
  const commit = link(deployed.commit.slice(0, COMMIT_DIGITS), deployed.url);
  return markdownOf([
    paragraph(
      line`${strong('Waits for its deployment')}: this estate has changed in ${count(commits, 'commit')} since ${commit}, which was deployed last. That is not drift, and is not counted.`,
    ),
  ]);
}

/** Tells whether something was looked at, and nothing was found. A look that the pipeline leaves out has its line in the comment. */
export function isClean(outcomes: readonly Outcome[]): boolean {
  const looks = outcomes.filter(({ state }) => state !== 'not-asked');
  return looks.length > 0 && looks.every(({ state }) => state === 'unchanged');
}

/** Opens the report, or updates the one that is open, or closes it where everything was looked at and nothing was found. */
export async function reportDrift(
  forge: Forge,
  { estate, outcomes, waiting }: Pick<DriftParts, 'estate' | 'outcomes' | 'waiting'>,
): Promise<Reported> {
  const characters = forge.limits.report;
  const body = composeDriftReport({ estate, outcomes, waiting, runUrl: forge.runUrl, characters });
  return forge.report({
    marker: driftMarker(estate),
    title: `Drift of ${estate}`,
    label: DRIFT_LABEL,
    body,
    isOpen: !isClean(outcomes),
  });
}
