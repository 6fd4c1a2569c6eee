import type { IRepository } from 'aws-cdk-lib/aws-ecr';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Acknowledgement } from '../../../src/estate/sections/estate';

/** Sampling and segments of traces. X-Ray has no resources for them (Service Authorization Reference, 'AWS X-Ray'). */
export const TRACE_STATEMENT = {
  actions: [
    'xray:GetSamplingRules',
    'xray:GetSamplingStatisticSummaries',
    'xray:GetSamplingTargets',
    'xray:PutTelemetryRecords',
    'xray:PutTraceSegments',
  ],
  resources: ['*'],
};

/** Reads the images of one repository. A token of the registry is for all of them: the action has no resource. */
export function pullStatements(repository: IRepository): readonly PolicyStatement[] {
  return [
    new PolicyStatement({ actions: ['ecr:GetAuthorizationToken'], resources: ['*'] }),
    new PolicyStatement({
      actions: [
        'ecr:BatchCheckLayerAvailability',
        'ecr:BatchGetImage',
        'ecr:DescribeImages',
        'ecr:GetDownloadUrlForLayer',
      ],
      resources: [repository.repositoryArn],
    }),
  ];
}

/** Reason why a role has statements about every resource. */
export const WHOLE_SERVICE: Acknowledgement = {
  at: [],
  rule: 'AwsSolutions-IAM5[Resource::*]',
  reason:
    "These actions have no resource of their own: traces of X-Ray, the registry's token, and delivery of a state machine's logs.",
};
