import { line, link, name, paragraph } from '../../preview/blocks/make';
import { markdownLine, markdownOf } from '../../preview/blocks/markdown';
import { MAX_COMMENT_CHARACTERS, outcomeSection } from './comment';
import type { GitHub } from '../forges/github';
import type { Outcome } from './outcome';

/** Label of the report. */
export const DRIFT_LABEL = 'drift';

export interface DriftParts {
  readonly estate: string;
  /** One for each step that was to be looked at. */
  readonly outcomes: readonly Outcome[];
  readonly runUrl: string;
}

/** Of one estate there is one open report. */
export function driftMarker(estate: string): string {
  return `<!-- entra-aws-identity drift of ${estate} -->`;
}

export function composeDriftReport({ estate, outcomes, runUrl }: DriftParts): string {
  const [drifted, failed] = (['changed', 'failed'] as const).map(
    (state) => outcomes.filter((outcome) => outcome.state === state).length,
  );
  const found = `Of ${outcomes.length} looks, ${drifted ?? 0} found drift and ${failed ?? 0} failed.`;
  const told = markdownOf([paragraph(line`${found} Last looked at by ${link('this run', runUrl)}.`)]);
  const head = `${driftMarker(estate)}\n## ${markdownLine(line`Drift of ${name(estate)}`)}\n${told}`;
  return `${head}${outcomeSection(estate, outcomes, MAX_COMMENT_CHARACTERS - head.length)}`;
}

/** Outcome of the report, in words. */
export type DriftReported = 'nothing to report' | `opened #${number}` | `updated #${number}` | `closed #${number}`;

/** Opens the report, or updates the one that is open, or closes it where everything was looked at and nothing was found. */
export async function reportDrift(github: GitHub, parts: DriftParts): Promise<DriftReported> {
  const { estate, outcomes } = parts;
  const isClean = outcomes.every(({ state }) => state === 'unchanged');
  const open = await github.findIssue(driftMarker(estate), DRIFT_LABEL);
  const body = composeDriftReport(parts);
  if (open === undefined) {
    if (isClean) return 'nothing to report';
    return `opened #${await github.createIssue({ title: `Drift of ${estate}`, body, labels: [DRIFT_LABEL] })}`;
  }
  await github.updateIssue(open, { body, state: isClean ? 'closed' : 'open' });
  return isClean ? `closed #${open}` : `updated #${open}`;
}
