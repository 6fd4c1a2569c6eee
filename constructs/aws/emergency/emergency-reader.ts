import { Aws } from 'aws-cdk-lib';
import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { EmergencyPlan } from '../../../src/estate/sections/emergency/emergency-plan';
import { DRILL_ACTIONS, emergencyReaderName } from '../../../src/estate/sections/emergency/emergency-reader';
import { acknowledge } from '../acknowledge';

export interface EmergencyReaderProps {
  readonly plan: EmergencyPlan;
  /** ARN of the role that takes it on: the one by which the pipeline reads. */
  readonly reader: string;
}

/**
 * A role by which the pipeline looks at the emergency access every day. The CDK's lookup role reads everything in the account,
 * so a job that pull requests can start must not have that one.
 */
export class EmergencyReader extends Construct {
  constructor(scope: Construct, id: string, { plan, reader }: EmergencyReaderProps) {
    super(scope, id);
    const [, , , , account = ''] = reader.split(':');
    new CfnRole(this, 'Resource', {
      roleName: emergencyReaderName(plan.estateName),
      description: `Reads the emergency access of ${plan.estateName}, for the pipeline's daily look`,
      assumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            // By its account: IAM refuses the ARN of a role that is not there yet.
            Principal: { AWS: `arn:${Aws.PARTITION}:iam::${account}:root` },
            Action: 'sts:AssumeRole',
            Condition: { ArnEquals: { 'aws:PrincipalArn': reader } },
          },
        ],
      },
      policies: [
        {
          policyName: 'Read',
          policyDocument: {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action: [...DRILL_ACTIONS], Resource: '*' }],
          },
        },
      ],
    });
    acknowledge(this, [
      {
        at: [],
        rule: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'What somebody added is looked for as well: its names are not known. The actions only read settings.',
      },
    ]);
  }
}
