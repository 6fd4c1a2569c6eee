import {
  GetApplicationAssignmentConfigurationCommand,
  paginateListApplicationAssignments,
} from '@aws-sdk/client-sso-admin';
import pMap from 'p-map';
import { PrincipalId, readId } from '../../estate/source/ids';
import type { DeployedApplication } from '../facts/access-facts';
import { AwsCallError, callAws, readPages, required } from './aws-call';
import type { AwsSource } from './aws-source';

/** Principals that may use applications, by the applications' ARNs; one that is not there is left out. @throws AwsCallError */
export async function readApplications(
  source: Pick<AwsSource, 'ssoAdmin' | 'concurrency'>,
  arns: readonly string[],
): Promise<readonly DeployedApplication[]> {
  const read = async (arn: string): Promise<readonly DeployedApplication[]> => {
    try {
      return [await readApplication(source, arn)];
    } catch (error) {
      if (error instanceof AwsCallError && error.fault.name === 'ResourceNotFoundException') return [];
      throw error;
    }
  };
  return (await pMap(arns, read, { concurrency: source.concurrency })).flat();
}

async function readApplication(
  { ssoAdmin: client }: Pick<AwsSource, 'ssoAdmin'>,
  ApplicationArn: string,
): Promise<DeployedApplication> {
  const subject = `the application ${ApplicationArn}`;
  const configuration = { action: 'sso:GetApplicationAssignmentConfiguration', subject };
  const command = new GetApplicationAssignmentConfigurationCommand({ ApplicationArn });
  const { AssignmentRequired } = await callAws(configuration, () => client.send(command));
  const call = { action: 'sso:ListApplicationAssignments', subject: `who is assigned to ${subject}` };
  const pages = paginateListApplicationAssignments({ client }, { ApplicationArn });
  const assigned = await readPages(call, pages, (page) => page.ApplicationAssignments);
  return {
    arn: ApplicationArn,
    needsAssignment: required(AssignmentRequired, configuration, 'AssignmentRequired'),
    assignments: assigned.map(({ PrincipalType, PrincipalId: id }) => ({
      principalType: required(PrincipalType, call, 'PrincipalType'),
      principalId: readId(PrincipalId, id),
    })),
  };
}
