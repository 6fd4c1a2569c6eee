import { PLAIN_KINDS, type StackPlan, STACKS, stacksOfKind } from '../../estate/plan/stacks';
import { bootstrapStep, cdkStep } from './cdk-steps';
import type { DeploymentOptions } from './options';
import { stepsWithProfile } from './options';
import type { Step } from './step';

/** Stacks that one command deploys, where the access stacks live. */
export function plainSteps(plan: StackPlan, options: DeploymentOptions): readonly Step[] {
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
