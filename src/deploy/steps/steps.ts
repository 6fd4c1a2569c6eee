import type { EstatePlan } from '../../estate/plan/planner';
import { PLAIN_KINDS, type StackPlan, STACKS, stacksOfKind } from '../../estate/plan/stacks/stacks';
import { accessSteps } from './access-steps';
import { azureSteps } from './azure-steps';
import { bootstrapStep, cdkStep } from './cdk-steps';
import { emergencySteps } from './emergency-steps';
import { hostingSteps } from './hosting-steps';
import { type DeploymentOptions, stepsWithProfile } from './options';
import { pipelineSteps } from './pipeline-steps';
import { pulumiSteps } from './pulumi-steps';
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

/** Stacks that one command deploys, where the access stacks live. */
function plainSteps(plan: StackPlan, options: DeploymentOptions): readonly Step[] {
  const { estate, access } = plan;
  const [home] = PLAIN_KINDS.flatMap((kind) => stacksOfKind(plan, kind));
  if (home === undefined) return [];
  return stepsWithProfile(options.accessProfile, [
    ...(access === undefined ? [bootstrapStep('access-bootstrap', home)] : []),
    ...PLAIN_KINDS.flatMap((kind) =>
      cdkStep(
        { id: kind, title: STACKS[kind].title, needs: ['access-bootstrap'] },
        {
          location: { estate: estate.name, estates: options.estates },
          stacks: stacksOfKind(plan, kind),
          yes: options.yes,
        },
      ),
    ),
  ]);
}
