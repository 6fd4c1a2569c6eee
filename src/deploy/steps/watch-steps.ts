import type { EstatePlan } from '../../estate/plan/estate-plan';
import { watchStackName } from '../../estate/sections/workforce/watch';
import { bootstrapStep, cdkStep } from './cdk-steps';
import type { DeploymentOptions } from './options';
import { stepsWithProfile } from './options';
import type { Step } from './step';

/** What watches over the workforce; it lives where the access stacks do. */
export function watchSteps({ estate, access, watch }: EstatePlan, options: DeploymentOptions): readonly Step[] {
  if (watch === undefined) return [];
  const { account, region } = watch;
  return stepsWithProfile(options.accessProfile, [
    ...(access === undefined ? [bootstrapStep('access-bootstrap', { account, region })] : []),
    cdkStep(
      { id: 'workforce-watch', title: 'who is told of what needs a person', needs: ['access-bootstrap'] },
      { estate: estate.name, region, stacks: [watchStackName(estate.name)], yes: options.yes },
    ),
  ]);
}
