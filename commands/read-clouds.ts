import { existsSync } from 'node:fs';
import { diskFolder } from '../files/estate-folder';
import { planEstate } from '../model/estate-plan';
import { stepsOf, withMissing } from '../pipeline/expected-steps';
import type { Outcome } from '../pipeline/outcome';
import { readOutcomes } from '../pipeline/outcome';

export interface CloudsOptions {
  /** Folder of the estates. */
  readonly estates: string;
  /** Folder of the outcomes. */
  readonly clouds: string;
  readonly isDrift: boolean;
}

/** What the engines said of an estate; an answer that is missing counts as failed. */
export function readClouds({ estates, clouds, isDrift }: CloudsOptions, name: string): readonly Outcome[] {
  const { estate } = planEstate(diskFolder(estates, name));
  return withMissing(existsSync(clouds) ? readOutcomes(clouds) : [], stepsOf(estate, isDrift));
}

/** The same for a pull request. Without the folder nobody was to ask, as for one from a fork. */
export function readCloudsIfAsked(options: Omit<CloudsOptions, 'isDrift'>, name: string): readonly Outcome[] {
  return existsSync(options.clouds) ? readClouds({ ...options, isDrift: false }, name) : [];
}
