import { previewEnvironment } from '../../../estate/sections/pipeline/limits';
import type { Estate } from '../../../estate/sections/estate';
import { DEFAULT_FORGE, type Forge } from '../../../estate/sections/pipeline/forges/registry';
import type { Step } from '../step';
import { azureDevOps } from './azure-devops';
import type { ForgeSteps } from './forge-steps';
import { gitHub } from './github';
import { gitLab } from './gitlab';

const FORGE_STEPS: Readonly<Record<Forge, ForgeSteps>> = {
  github: gitHub,
  'azure-devops': azureDevOps,
  gitlab: gitLab,
};

/** Settings of the forge without which the clouds trust no job, or a job that no one approved. */
export function forgeSteps(estate: Estate): readonly Step[] {
  const { pipeline } = estate;
  return pipeline === undefined ? [] : FORGE_STEPS[pipeline.forge].settings(estate, pipeline);
}

/**
 * Approval with which pull requests ask Pulumi; none where the estate lets every one of them. It comes before the identity that
 * trusts it: a forge may make an environment that a job names and that is not there, without reviewers.
 */
export function previewEnvironmentStep(estate: Estate): readonly Step[] {
  const { pipeline } = estate;
  const environment = previewEnvironment(estate);
  if (environment === undefined) return [];
  const guard = FORGE_STEPS[pipeline?.forge ?? DEFAULT_FORGE].previewGuard(estate, environment);
  return guard === undefined ? [] : [{ id: 'preview-environment', needs: [], ...guard }];
}
