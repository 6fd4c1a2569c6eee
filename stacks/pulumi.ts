import '../src/package/contents/node-version.cjs';
import { readFileSync } from 'node:fs';
import * as pulumi from '@pulumi/pulumi';
import { diskFolder, listEstates } from '../src/estate/load/estate-folder';
import type { EstatePlan } from '../src/estate/plan/planner';
import { planEstate } from '../src/estate/plan/estate-plan';
import { formatFinding, hasErrors } from '../src/estate/source/finding';
import { type Adoption, adoptResources, parseAdoption } from './entra/adopt';
import { PROGRAMS } from './entra/programs';
import { checkSection, checkStackConfig, readStackConfig, rootFolder } from './entra/stack-settings';

/** The Pulumi program of Pulumi.yaml: stack config says which estate, of which folder, and which of its programs. */
function main(): Readonly<Record<string, unknown>> {
  // Pulumi starts a program in the folder of its file, not in that of Pulumi.yaml, which is the team's.
  process.chdir(rootFolder(pulumi.getRootDirectory()));
  const config = readStackConfig();
  const settings = checkStackConfig(config, listEstates(config.estates));
  const { estate, emergency } = readPlan(config.estates, settings.estate);
  checkSection(estate, settings);
  if (config.adopt !== undefined) adoptResources(readAdoption(config.adopt));
  const warn = (message: string): void => void pulumi.log.warn(message);
  return PROGRAMS[settings.program](estate, { now: new Date(), warn, ...(emergency && { emergency }) });
}

function readAdoption(path: string): Adoption {
  try {
    return parseAdoption(path, readFileSync(path, 'utf8'));
  } catch (error) {
    if (pulumi.RunError.isInstance(error)) throw error;
    throw new pulumi.RunError(
      `${path} of the config \`adopt\` can't be read; \`pulumi config rm adopt\` when all is adopted`,
    );
  }
}

function readPlan(estates: string, name: string): EstatePlan {
  const plan = planEstate(diskFolder(estates, name));
  const { findings } = plan;
  if (!hasErrors(findings)) return plan;
  const errors = findings.filter((finding) => finding.severity === 'error').map(formatFinding);
  throw new pulumi.RunError(`The estate has errors:\n${errors.join('\n')}`);
}

module.exports = main();
