import {
  CreateApplicationAssignmentCommand,
  DeleteApplicationAssignmentCommand,
  type PrincipalType,
} from '@aws-sdk/client-sso-admin';
import type { AssignedPrincipal } from '../../facts/access-drift';
import { callAws } from '../aws-call';
import type { AwsSource } from '../aws-source';

type Source = Pick<AwsSource, 'ssoAdmin'>;

/** Lets somebody use an application. AWS answers when it is done; what is there already stays. @throws AwsCallError */
export async function assignApplication({ ssoAdmin }: Source, one: AssignedPrincipal): Promise<void> {
  const command = new CreateApplicationAssignmentCommand(inputOf(one));
  await callAws(callOf('sso:CreateApplicationAssignment', one), () => ssoAdmin.send(command));
}

/** Takes an application from somebody. AWS answers when it is done. @throws AwsCallError */
export async function unassignApplication({ ssoAdmin }: Source, one: AssignedPrincipal): Promise<void> {
  const command = new DeleteApplicationAssignmentCommand(inputOf(one));
  await callAws(callOf('sso:DeleteApplicationAssignment', one), () => ssoAdmin.send(command));
}

function inputOf({ arn, principalType, principalId }: AssignedPrincipal) {
  return { ApplicationArn: arn, PrincipalType: principalType as PrincipalType, PrincipalId: principalId };
}

function callOf(action: string, { application, principalId }: AssignedPrincipal) {
  return { action, subject: `the assignment of ${principalId} to the application ${application}`, writes: true };
}
