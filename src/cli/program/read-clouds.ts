import { existsSync, readFileSync } from 'node:fs';
import { diskFolder } from '../../estate/load/estate-folder';
import { planEstate } from '../../estate/plan/estate-plan';
import { quotedList } from '../../text/suggest';
import { deployedParts } from '../../deploy/pipeline/deployed-parts';
import { runKindOf } from '../../deploy/pipeline/forge-run';
import { withMissing, withWaiting } from '../../deploy/pipeline/expected-steps';
import { type Outcome, readOutcomes } from '../../deploy/pipeline/outcome';
import { type Engine, ENGINES, stepsOf } from '../../deploy/pipeline/steps';
import { UsageError } from './cli';

export interface CloudsOptions {
  /** Folder of the estates. */
  readonly estates: string;
  /** Folder of the outcomes. */
  readonly clouds: string;
  readonly isDrift: boolean;
}

/** Reads what the engines said of an estate; an answer that is missing counts as failed. */
export function readClouds({ estates, clouds, isDrift }: CloudsOptions, name: string): readonly Outcome[] {
  const plan = planEstate(diskFolder(estates, name));
  const { leftOut } = deployedParts(plan, runKindOf(process.env, readEvent));
  return withMissing(existsSync(clouds) ? readOutcomes(clouds) : [], stepsOf(plan.estate, isDrift), leftOut);
}

/** Reads the event of a run at GitHub. */
export function readEvent(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** The same for a pull request. Without the folder no engine was to be asked, as for one from a fork. */
export function readCloudsIfAsked(options: Omit<CloudsOptions, 'isDrift'>, name: string): readonly Outcome[] {
  return existsSync(options.clouds) ? readClouds({ ...options, isDrift: false }, name) : [];
}

/** The same where it is known which engines were asked; of the others it says what they wait for. */
export function readCloudsAsked(
  options: Omit<CloudsOptions, 'isDrift'>,
  name: string,
  asked: readonly Engine[],
): readonly Outcome[] {
  if (asked.length === 0) return [];
  const { estate } = planEstate(diskFolder(options.estates, name));
  return withWaiting(estate, readClouds({ ...options, isDrift: false }, name), asked);
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
