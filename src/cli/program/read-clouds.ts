import { existsSync } from 'node:fs';
import { diskFolder } from '../../estate/load/estate-folder';
import { planEstate } from '../../estate/plan/estate-plan';
import { quotedList } from '../../text/suggest';
import { askedBy, deployedParts, reviewedIn, withMissing, withWaiting } from '../../deploy/pipeline/deployed-parts';
import { type Outcome, readOutcomes } from '../../deploy/pipeline/outcome';
import { type Engine, ENGINES, stepsOf } from '../../deploy/pipeline/steps';
import { UsageError } from './cli';
import { runKind } from './surroundings';

export interface CloudsOptions {
  /** Folder of the estates. */
  readonly estates: string;
  /** Folder of the outcomes. */
  readonly clouds: string;
}

/** Reads what the engines said in a look for drift; an answer that is missing counts as failed. */
export function readLooks({ estates, clouds }: CloudsOptions, name: string): readonly Outcome[] {
  const plan = planEstate(diskFolder(estates, name));
  return withMissing(outcomesIn(clouds), stepsOf(plan.estate, true), deployedParts(plan, runKind()));
}

/** Answers about a change, and the engines that were asked for them. */
export interface Asked {
  readonly engines: readonly Engine[];
  /** None where no engine was asked, as for a fork. */
  readonly outcomes: readonly Outcome[];
}

/**
 * Reads what the engines said of a change. An answer that is missing counts as failed if its engine was asked; otherwise it says
 * what it waits for.
 *
 * @param given engines that were asked. @default those that the run asks by now
 */
export function readClouds({ estates, clouds }: CloudsOptions, name: string, given?: readonly Engine[]): Asked {
  const plan = planEstate(diskFolder(estates, name));
  const run = runKind();
  const found = outcomesIn(clouds);
  const parts = deployedParts(plan, run);
  const engines = given ?? askedBy(run, parts, found);
  if (engines.length === 0) return { engines, outcomes: [] };
  const environment = reviewedIn(plan.estate, run);
  const all = withMissing(found, stepsOf(plan.estate, false), { ...parts, environment });
  return { engines, outcomes: withWaiting(environment, all, engines) };
}

function outcomesIn(clouds: string): readonly Outcome[] {
  return existsSync(clouds) ? readOutcomes(clouds) : [];
}

/** Engines as given to `--asked`; undefined where it is not given. @throws UsageError for another word */
export function parseAsked(given: string | undefined): readonly Engine[] | undefined {
  if (given === undefined) return undefined;
  if (given === 'none') return [];
  const words = given.split(',');
  const engines = ENGINES.filter((engine) => words.includes(engine));
  if (engines.length === words.length) return engines;
  throw new UsageError(`--asked must be none, or a list of ${quotedList(ENGINES)} separated by commas, got '${given}'`);
}
