import { pipelineRoleName } from '../../sections/pipeline/pipeline';
import { pipelineTrust } from '../../sections/pipeline/trust';
import type { StackPlan } from './stack-rows';
import { deployedAccounts } from './stacks';

/** ARN of the role by which the pipeline reads the emergency access; undefined where no pipeline does. */
export function emergencyReaderPrincipal(plan: StackPlan): string | undefined {
  const { estate, emergency } = plan;
  if (emergency === undefined || pipelineTrust(estate)?.aws === undefined) return undefined;
  const home = deployedAccounts(plan).find(({ emergencyReaders }) => emergencyReaders !== undefined);
  return home && `arn:${emergency.partition}:iam::${home.account}:role/${pipelineRoleName(estate.name, 'preview')}`;
}
