import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Acknowledgement } from '../../../src/estate/sections/estate';
import type { DirectorySignIn } from '../../../src/estate/sections/leavers/schema';
import type { WatchedLeavers } from '../../../src/estate/sections/workforce/watch';
import { revocationResources } from '../pipeline/deploy-statements';
import { identityCenterKeyStatement, identityStoreKeyStatement } from '../access/instance-key-statements';

export interface LeaversResources {
  readonly partition: string;
  readonly leavers: WatchedLeavers;
  readonly topic: ITopic;
  readonly observations: Pick<ITable, 'tableArn'>;
  readonly audit: Pick<ITable, 'tableArn'>;
}

/** Permissions of the function. Those to remove are there only where the estate removes. */
export function leaversStatements(resources: LeaversResources): readonly PolicyStatement[] {
  const { partition, leavers, topic, observations, audit } = resources;
  const allow = (sid: string, actions: readonly string[], ...to: readonly string[]): PolicyStatement =>
    new PolicyStatement({ sid, actions: [...actions], resources: [...to] });
  const remember = ['dynamodb:Scan', 'dynamodb:PutItem', 'dynamodb:DeleteItem'];
  return [
    allow('ReadUsers', ['identitystore:ListUsers'], '*'),
    ...keyStatements(leavers),
    allow('Remember', remember, observations.tableArn),
    allow('Report', ['sns:Publish'], topic.topicArn),
    signInStatement(leavers.signIn),
    // Also where nothing is removed any more: the records of a removal that had begun are closed.
    allow('Audit', ['dynamodb:UpdateItem', 'dynamodb:Query'], audit.tableArn),
    ...(leavers.deletes
      ? [
          allow('ReadOfUser', ['identitystore:DescribeUser', 'identitystore:ListGroupMembershipsForMember'], '*'),
          allow('RemoveUser', ['identitystore:DeleteGroupMembership', 'identitystore:DeleteUser'], '*'),
          allow('ReadAccess', ['sso:ListAccountAssignmentsForPrincipal'], leavers.instanceArn),
          allow(
            'RemoveAccess',
            ['sso:DeleteAccountAssignment'],
            ...revocationResources(partition, leavers.instanceArn),
          ),
          allow('RemovalStatus', ['sso:DescribeAccountAssignmentDeletionStatus'], leavers.instanceArn),
        ]
      : []),
  ];
}

function keyStatements({ deletes, instanceKey: key }: WatchedLeavers): readonly PolicyStatement[] {
  if (key === undefined) return [];
  return [identityStoreKeyStatement(key), ...(deletes ? [identityCenterKeyStatement(key, 'change')] : [])];
}

function signInStatement(signIn: DirectorySignIn): PolicyStatement {
  if (signIn.kind === 'secret') {
    return new PolicyStatement({
      sid: 'SignIn',
      actions: ['secretsmanager:GetSecretValue'],
      // Secrets Manager adds a hyphen and six characters to the name; the ARN may have them or not.
      resources: [signIn.secretArn, `${signIn.secretArn}-??????`],
    });
  }
  return new PolicyStatement({
    sid: 'SignIn',
    actions: ['sts:GetWebIdentityToken'],
    resources: ['*'],
    conditions: {
      'ForAllValues:StringEquals': { 'sts:IdentityTokenAudience': ['api://AzureADTokenExchange'] },
      NumericLessThanEquals: { 'sts:DurationSeconds': 300 },
      StringEquals: { 'sts:SigningAlgorithm': 'RS256' },
    },
  });
}

/** Every `*` of the statements, and why. */
export function wildcards(partition: string, { deletes, instanceArn }: WatchedLeavers): readonly Acknowledgement[] {
  const wildcard = (resource: string, reason: string): Acknowledgement => ({
    at: [],
    rule: `AwsSolutions-IAM5[Resource::${resource}]`,
    reason,
  });
  const assignments = deletes ? revocationResources(partition, instanceArn).slice(1) : [];
  return [
    wildcard('*', 'Which users are gone is found at run time. A token for Entra ID has no resource.'),
    ...assignments.map((resource) =>
      wildcard(resource, 'Where somebody has what, in this one instance, is found at run time.'),
    ),
  ];
}
