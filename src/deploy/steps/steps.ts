import type { EstatePlan } from '../../estate/plan/estate-plan';
import { accessSteps } from './access-steps';
import { azureSteps } from './azure-steps';
import { emergencySteps } from './emergency-steps';
import { hostingSteps } from './hosting-steps';
import { pipelineSteps } from './pipeline-steps';
import { plainSteps } from './plain-steps';
import { pulumiSteps } from './pulumi-steps';
import type { DeploymentOptions } from './options';
import type { Step } from './step';

/**
 * The steps of a deployment of what the estate has, in their order. Each comes after those that it needs. From nothing, a
 * step before the last one may be done twice: `workforce` again with SCIM, `customers` and `hosting` again with the deployed
 * address.
 */
export function deploymentSteps(plan: EstatePlan, options: DeploymentOptions): readonly Step[] {
  return [
    ...azureSteps(plan.estate, options),
    ...pulumiSteps(plan, options),
    ...accessSteps(plan, options),
    ...plainSteps(plan, options),
    ...emergencySteps(plan, options),
    ...hostingSteps(plan, options),
    ...pipelineSteps(plan, options),
  ];
}
