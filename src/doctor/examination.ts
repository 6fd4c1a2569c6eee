import { AREAS } from '../clouds/facts/facts';
import { type CheckInput, type Observation, type Outcome, OUTCOMES } from './check';
import { type AreaCheck, CHECKS } from './checks/all-checks';
import { NOT_ASKED, notComparedIn } from './checks/not-compared';

/** A check with what it found. */
export interface CheckedResult extends Pick<AreaCheck, 'area' | 'title'> {
  readonly id: string;
  /** The worst of its observations. */
  readonly outcome: Outcome;
  readonly observations: readonly Observation[];
}

/** Findings of the doctor in an estate. */
export interface Examination {
  readonly estate: string;
  /** ISO 8601, in UTC. */
  readonly examinedAt: string;
  /** Numbers of checks, or of what they found, by outcome. */
  readonly totals: Readonly<Record<Outcome, number>>;
  readonly checks: readonly CheckedResult[];
  /** Things that no check of these areas looks at. */
  readonly notCompared: readonly string[];
}

/** Runs the checks of some areas, or some by their ids; those that an estate has nothing for are left out. */
export function examineEstate(input: CheckInput, chosen: readonly string[] = AREAS): Examination {
  return examineBy(
    CHECKS.filter(({ id, area }) => chosen.includes(area) || chosen.includes(id)),
    input,
  );
}

/** Runs checks; those that an estate has nothing for are left out. */
export function examineBy(checks: readonly AreaCheck[], input: CheckInput): Examination {
  const results = checks.flatMap((check) => resultOf(check, input));
  const count = (outcome: Outcome): number => results.filter((result) => result.outcome === outcome).length;
  return {
    estate: input.plan.estate.name,
    examinedAt: input.now.toISOString(),
    totals: totalsBy(count),
    checks: results,
    notCompared: [
      ...notComparedIn(AREAS.filter((area) => results.some((result) => result.area === area))),
      ...(results.some(({ area }) => area === 'preflight') ? NOT_ASKED : []),
    ],
  };
}

/** The same with the numbers of observations, of which a check may have several. */
export function countedByRow(examination: Examination): Examination {
  const rows = examination.checks.flatMap(({ observations }) => observations);
  const count = (wanted: Outcome): number => rows.filter(({ outcome }) => outcome === wanted).length;
  return { ...examination, totals: totalsBy(count) };
}

function totalsBy(count: (outcome: Outcome) => number): Examination['totals'] {
  return { failure: count('failure'), warning: count('warning'), unknown: count('unknown'), ok: count('ok') };
}

function resultOf({ id, area, title, run }: AreaCheck, input: CheckInput): readonly CheckedResult[] {
  const observations = run(input);
  if (observations === undefined) return [];
  const outcome = OUTCOMES.find((one) => observations.some((observation) => observation.outcome === one)) ?? 'ok';
  return [{ id, area, title, outcome, observations }];
}

/**
 * Tells whether an examination found all to be well. One that could not make most of its checks has found nothing.
 *
 * @param isStrict true if every check must have been made
 */
export function isWell({ totals }: Pick<Examination, 'totals'>, isStrict: boolean): boolean {
  const { failure, warning, unknown, ok } = totals;
  return failure === 0 && (isStrict ? unknown === 0 : unknown <= warning + ok);
}
