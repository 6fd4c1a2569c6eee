import type { EventPattern } from 'aws-cdk-lib/aws-events';
import type { EmergencyPlan } from '../../../model/emergency-plan';
import { emergencyRoleArn, samlProviderArn, signInRoleArn } from '../../../model/emergency-plan';

/** What people are told of, by the id of its rule. */
export type EmergencyEvents = Readonly<Record<'Use' | 'SignIn' | 'Change', EventPattern>>;

/** What changes who may take on a role, or what it may do, and the identity provider (IAM API). */
const CHANGES = [
  'CreateRole',
  'DeleteRole',
  'UpdateRole',
  'UpdateAssumeRolePolicy',
  'PutRolePolicy',
  'DeleteRolePolicy',
  'AttachRolePolicy',
  'DetachRolePolicy',
  'PutRolePermissionsBoundary',
  'DeleteRolePermissionsBoundary',
  'CreateSAMLProvider',
  'UpdateSAMLProvider',
  'DeleteSAMLProvider',
];

/**
 * Events of CloudTrail that mean a use or a change of the emergency access. `roles` are names of roles of the account that the
 * rules are in. Sources: CloudTrail User Guide, 'AWS Management Console sign-in events'; IAM User Guide, 'Logging IAM and AWS
 * STS API calls with AWS CloudTrail'.
 */
export function emergencyEvents(plan: EmergencyPlan, account: string, roles: readonly string[]): EmergencyEvents {
  const calls = ['AWS API Call via CloudTrail'];
  const arns = [
    signInRoleArn(plan),
    ...plan.targets.flatMap((target) => target.roles.map((role) => emergencyRoleArn(plan, target.account, role))),
  ];
  const sessions = roles.map((role) => ({ prefix: `arn:${plan.partition}:sts::${account}:assumed-role/${role}/` }));
  return {
    Use: {
      source: ['aws.sts'],
      detailType: calls,
      detail: {
        eventSource: ['sts.amazonaws.com'],
        eventName: ['AssumeRoleWithSAML', 'AssumeRole'],
        requestParameters: { roleArn: arns },
      },
    },
    SignIn: {
      source: ['aws.signin'],
      detailType: ['AWS Console Sign In via CloudTrail'],
      detail: { eventName: ['ConsoleLogin', 'SwitchRole'], userIdentity: { arn: sessions } },
    },
    Change: {
      source: ['aws.iam'],
      detailType: calls,
      detail: {
        eventSource: ['iam.amazonaws.com'],
        eventName: CHANGES,
        requestParameters: {
          $or: [
            { roleName: [...roles] },
            { sAMLProviderArn: [samlProviderArn(plan)] },
            { name: [plan.name], sAMLMetadataDocument: [{ exists: true }] },
          ],
        },
      },
    },
  };
}
