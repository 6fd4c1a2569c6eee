import { Duration, Stack } from 'aws-cdk-lib';
import { stackName } from '../../../src/estate/plan/stacks/stacks';
import { ManagedPolicy, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Acknowledgement } from '../../../src/estate/sections/estate';
import type { PipelineAccount } from '../../../src/estate/sections/pipeline/pipeline';
import { DEPLOYMENT_HOURS, pipelineRoleName } from '../../../src/estate/sections/pipeline/pipeline';
import { acknowledge } from '../acknowledge';
import { deployStatements, revocationResources } from './deploy-statements';
import type { PipelineRoleProps } from './preview-role';

/**
 * Deploys: takes on the CDK's roles of the account, hands over and takes the snapshot. Jobs of the estate's environments take
 * it on, and only on the deployed branch. Its permissions boundary has the same statements, so whatever policy somebody
 * attaches later adds nothing.
 */
export class DeployRole extends Construct {
  constructor(scope: Construct, id: string, { estateName, runner, assumedBy, account }: PipelineRoleProps) {
    super(scope, id);
    const { partition } = Stack.of(this);
    const boundary = new ManagedPolicy(this, 'Boundary', {
      description: `${runner}: the most that the role that deploys may ever do`,
      statements: [...deployStatements(this, estateName, account)],
    });
    const role = new Role(this, 'Resource', {
      roleName: pipelineRoleName(estateName, 'deploy'),
      description: `${runner}: deploys from an approved environment`,
      assumedBy,
      maxSessionDuration: Duration.hours(DEPLOYMENT_HOURS),
      permissionsBoundary: boundary,
    });
    for (const statement of deployStatements(this, estateName, account)) role.addToPolicy(statement);
    for (const construct of [boundary, role]) acknowledge(construct, wildcards(estateName, account, partition));
  }
}

/** Every `*` of the statements, and why. */
function wildcards(
  estateName: string,
  { account, hosting, revokes }: PipelineAccount,
  partition: string,
): readonly Acknowledgement[] {
  const wildcard = (resource: string, reason: string): Acknowledgement => ({
    at: [],
    rule: `AwsSolutions-IAM5[Resource::${resource}]`,
    reason,
  });
  const organization = wildcard(
    '*',
    'Reading the organization has no resource to name (Service Authorization Reference).',
  );
  const ofStack = (region: string, name: string): string =>
    `arn:${partition}:cloudformation:${region}:${account}:stack/${name}/*`;
  const named = 'CloudFormation adds an id to the name of the stack.';
  return [
    organization,
    ...(revokes === undefined
      ? []
      : [
          wildcard(ofStack(revokes.region, `${stackName(estateName, 'access')}*`), `${named} Nested ones add more.`),
          ...revocationResources(partition, revokes.instanceArn)
            .slice(1)
            .map((resource) =>
              wildcard(resource, 'An assignment may leave any account, and AWS makes the ids of permission sets.'),
            ),
        ]),
    ...(hosting === undefined
      ? []
      : [
          wildcard(
            `arn:${partition}:kms:${hosting.region}:${account}:key/*`,
            'For one secret, and through Secrets Manager alone: the conditions say so.',
          ),
          wildcard(ofStack(hosting.region, stackName(estateName, 'hosting')), named),
        ]),
  ];
}
