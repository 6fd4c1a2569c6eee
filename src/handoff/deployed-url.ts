import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { stackName } from '../estate/plan/stacks/stacks';
import { callAws } from '../clouds/aws/aws-call';
import { awsConfig } from '../clouds/aws/aws-config';
import { HandoffError } from './store';

/** Output of the hosting stack with the public origin of the web. */
export const WEB_URL_OUTPUT = 'WebUrl';

/** The origin at which the web of an estate is deployed. @throws HandoffError if it is not deployed, or tells no origin */
export async function readDeployedUrl(estateName: string, region: string): Promise<string> {
  const stack = stackName(estateName, 'hosting');
  const client = new CloudFormationClient(awsConfig(region));
  const call = { action: 'cloudformation:DescribeStacks', subject: `the outputs of the stack ${stack}` };
  const { Stacks = [] } = await callAws(call, () => client.send(new DescribeStacksCommand({ StackName: stack })));
  const output = Stacks[0]?.Outputs?.find(({ OutputKey }) => OutputKey === WEB_URL_OUTPUT)?.OutputValue;
  const origin = output === undefined ? undefined : originOf(output);
  if (origin !== undefined) return origin;
  throw new HandoffError(
    `The stack ${stack} has ${output === undefined ? 'no output' : 'no https address in its output'} ${WEB_URL_OUTPUT}: deploy it again`,
  );
}

/** `https://host` alone: a path or a user name would make another redirect URI. */
function originOf(text: string): string | undefined {
  const url = URL.parse(text);
  return url?.protocol === 'https:' && text.replace(/\/$/, '') === url.origin ? url.origin : undefined;
}
