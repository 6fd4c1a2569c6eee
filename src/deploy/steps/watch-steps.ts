import { type StackPlan, stacksOfKind } from '../../estate/plan/stacks';
import { bootstrapStep, cdkStep } from './cdk-steps';
import type { DeploymentOptions } from './options';
import { stepsWithProfile } from './options';
import type { Step } from './step';

/** Steps for the stack that watches over the workforce; it lives where the access stacks do. */
export function watchSteps(plan: StackPlan, options: DeploymentOptions): readonly Step[] {
  const { estate, access, watch } = plan;
  if (watch === undefined) return [];
  return stepsWithProfile(options.accessProfile, [
    ...(access === undefined ? [bootstrapStep('access-bootstrap', watch)] : []),
    ...cdkStep(
      { id: 'workforce-watch', title: 'who is told of what needs a person', needs: ['access-bootstrap'] },
      {
        location: { estate: estate.name, estates: options.estates },
        stacks: stacksOfKind(plan, 'workforce-watch'),
        yes: options.yes,
      },
    ),
  ]);
}
