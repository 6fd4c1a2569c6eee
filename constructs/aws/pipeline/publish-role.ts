import { Stack } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Hosting } from '../../../src/estate/sections/hosting/hosting';
import { pipelineRoleName } from '../../../src/estate/sections/pipeline/pipeline';
import { bootstrapRoleArns, type PipelineRoleProps } from './preview-role';

export interface PublishRoleProps extends Omit<PipelineRoleProps, 'account'> {
  readonly hosting: Hosting;
}

/**
 * Publishes images before anybody approved: it takes on the CDK's role for images, and no other. That role adds images to one
 * repository; it can neither delete one nor let tags be moved. Jobs of the deployed branch take it on, without an environment.
 */
export class PublishRole extends Construct {
  constructor(scope: Construct, id: string, { estateName, runner, assumedBy, hosting }: PublishRoleProps) {
    super(scope, id);
    const { account, region } = hosting;
    const resources = bootstrapRoleArns(Stack.of(this), { account, regions: [region] }, ['image-publishing']);
    const statement = (): PolicyStatement =>
      new PolicyStatement({ sid: 'CdkImages', actions: ['sts:AssumeRole'], resources });
    const boundary = new ManagedPolicy(this, 'Boundary', {
      description: `${runner}: the most that the role that publishes images may ever do`,
      statements: [statement()],
    });
    const role = new Role(this, 'Resource', {
      roleName: pipelineRoleName(estateName, 'publish'),
      description: `${runner}: publishes images, before a deployment is approved`,
      assumedBy,
      permissionsBoundary: boundary,
    });
    role.addToPolicy(statement());
  }
}
