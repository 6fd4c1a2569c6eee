import { parse } from 'yaml';
import type { EstateFiles } from './large-estate';
import { ESTATE_FILE } from '../../src/estate/source/estate-folder';
import type { EstatePlan } from '../../src/estate/plan/planner';
import type { EstateFile } from '../../src/estate/sections/estate-schema';
import { estateFile } from './estate-file';
import { hostedSandboxFiles, planFiles } from './sandbox';

type WorkforceEntry = NonNullable<EstateFile['workforce']>;

/** The sandbox's workforce alone, edited, or with other sections: what watches over it is all that is deployed. */
export function watchedFiles(edit: (workforce: WorkforceEntry) => void = () => undefined, others = {}): EstateFiles {
  const files = hostedSandboxFiles();
  const { workforce } = estateFile(parse(files[ESTATE_FILE] ?? ''));
  if (workforce === undefined) throw new Error('the sandbox has no workforce section');
  edit(workforce);
  return { ...files, [ESTATE_FILE]: JSON.stringify({ workforce, ...others }, undefined, 2) };
}

export function watchedPlan(edit?: (workforce: WorkforceEntry) => void): EstatePlan {
  return planFiles(watchedFiles(edit));
}
