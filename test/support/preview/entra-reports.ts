import { parse } from 'yaml';
import type { EstateFiles } from '../large-estate';
import { memoryFolder } from '../large-estate';
import { ESTATE_FILE } from '../../../src/estate/source/estate-folder';
import type { EstateFile } from '../../../src/estate/sections/estate-schema';
import { estateFile } from '../estate-file';
import type { EstatePlan } from '../../../src/estate/plan/planner';
import type { ProgramRuns } from '../../../src/preview/entra/facts';
import { addPrograms, gatherFacts } from '../../../src/preview/gather-facts';
import { buildReport } from '../../../src/preview/report';
import type { Report } from '../../../src/preview/report';
import { runPrograms } from '../../../src/preview/engine/run-program';
import { BASE_COMMIT, NO_TEMPLATES } from './reports';

/** The day of every report in tests. */
export const DAY = new Date('2026-11-25T00:00:00Z');

type Entry<Section extends 'customers' | 'workforce'> = NonNullable<EstateFile[Section]>;

export interface EntraDraft {
  readonly customers: Entry<'customers'>;
  readonly workforce: Entry<'workforce'>;
}

/** An estate after an edit of the sections that Pulumi programs are for. */
export function changeEntra(files: EstateFiles, edit: (draft: EntraDraft) => void): EstateFiles {
  const estate = estateFile(parse(files[ESTATE_FILE] ?? ''));
  const { customers, workforce } = estate;
  if (customers === undefined || workforce === undefined) throw new Error('the estate lacks a section');
  edit({ customers, workforce });
  return { ...files, [ESTATE_FILE]: JSON.stringify(estate, undefined, 2) };
}

/** The report of an estate with its programs, against a base that is called `main`. */
export async function entraReportOf(head: EstateFiles, base?: EstateFiles): Promise<Report> {
  const facts = gatherFacts(memoryFolder('sandbox', head), {
    synthesize: () => NO_TEMPLATES,
    writesPlacement: true,
    ...(base && { base: { folder: memoryFolder('sandbox', base), revision: 'main', commit: BASE_COMMIT } }),
  });
  return buildReport(await addPrograms(facts, runOnce));
}

const runs = new Map<string, Promise<ProgramRuns>>();

/** Most reports share their base. */
function runOnce({ estate, emergency }: EstatePlan): Promise<ProgramRuns> {
  const key = JSON.stringify([estate.name, estate.customers, estate.workforce, emergency?.name]);
  const run = runs.get(key) ?? runPrograms(estate, { now: DAY, emergency });
  runs.set(key, run);
  return run;
}
