import type { Stack } from 'aws-cdk-lib';
import { DefaultStackSynthesizer } from 'aws-cdk-lib';
import type { PipelineAccount } from '../../../src/estate/sections/pipeline/pipeline';

/** Roles that `cdk bootstrap` makes in a region of an account. */
export type BootstrapRole = 'deploy' | 'file-publishing' | 'image-publishing' | 'lookup';

/** ARNs of bootstrap roles, in every region of the account that the estate deploys to. */
export function bootstrapRoleArns(
  { partition }: Stack,
  { account, regions }: Pick<PipelineAccount, 'account' | 'regions'>,
  roles: readonly BootstrapRole[],
): string[] {
  const prefix = `arn:${partition}:iam::${account}:role/cdk-${DefaultStackSynthesizer.DEFAULT_QUALIFIER}`;
  return regions.flatMap((region) => roles.map((role) => `${prefix}-${role}-role-${account}-${region}`));
}
