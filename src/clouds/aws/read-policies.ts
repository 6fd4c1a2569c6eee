import { GetPolicyCommand, GetPolicyVersionCommand, IAMClient } from '@aws-sdk/client-iam';
import type { AccessPlan } from '../../estate/sections/access/plan/access-plan';
import { stackSetPrefix } from '../../estate/sections/access/plan/rollouts';
import type { OwnPolicy } from '../../estate/sections/estate';
import { parseQuietly } from '../../estate/source/parse-quietly';
import type { DeployedStackSet, ManagementPolicy } from '../facts/access-facts';
import { AwsCallError, callAws, required } from './aws-call';
import type { IdentityCenterClients } from './aws-clients';
import { awsConfig } from './aws-config';
import type { Pause } from './pauses';
import { findDrift, readStackSets } from './read-stack-sets';

/** Documents that policies have in the management account, by name, read by a caller of that account. @throws AwsCallError */
export async function readManagementPolicies(
  { organization: { managementAccountId: account, region, partition } }: AccessPlan,
  policies: readonly OwnPolicy[],
): Promise<ReadonlyMap<string, ManagementPolicy>> {
  const client = new IAMClient(awsConfig(region));
  const found = new Map<string, ManagementPolicy>();
  for (const { name, path } of policies) {
    const arn = `arn:${partition}:iam::${account}:policy${path}${name}`;
    found.set(name, { arn, ...(await readDocument(client, arn)) });
  }
  return found;
}

/** The document of the default version, which IAM answers percent-encoded. */
async function readDocument(client: IAMClient, PolicyArn: string): Promise<Pick<ManagementPolicy, 'document'>> {
  const call = { action: 'iam:GetPolicy', subject: `the policy ${PolicyArn}` };
  try {
    const { Policy } = await callAws(call, () => client.send(new GetPolicyCommand({ PolicyArn })));
    const VersionId = required(Policy?.DefaultVersionId, call, 'DefaultVersionId');
    const version = { action: 'iam:GetPolicyVersion', subject: `the document of ${PolicyArn}` };
    const { PolicyVersion } = await callAws(version, () =>
      client.send(new GetPolicyVersionCommand({ PolicyArn, VersionId })),
    );
    return { document: parseQuietly(decodeURIComponent(required(PolicyVersion?.Document, version, 'Document'))) };
  } catch (error) {
    if (error instanceof AwsCallError && error.fault.name.startsWith('NoSuchEntity')) return {};
    throw error;
  }
}

/** True where access is deployed from the management account, so that its reader may read the policies there. */
export function isInManagement({ stacks, organization }: AccessPlan): boolean {
  return stacks[0]?.account === organization.managementAccountId;
}

interface WantedStackSets {
  readonly access: AccessPlan;
  readonly estateName: string;
  /** Given to look for drift now, and to wait for what it finds. @default what the last look found */
  readonly pauses: readonly Pause[] | undefined;
}

/** Stack sets of an estate's policies. @throws AwsCallError */
export async function readPolicyStackSets(
  clients: IdentityCenterClients,
  { access, estateName, pauses }: WantedStackSets,
): Promise<readonly DeployedStackSet[]> {
  const reader = { ...clients, callAs: isInManagement(access) ? 'SELF' : 'DELEGATED_ADMIN' } as const;
  const prefix = stackSetPrefix(estateName);
  if (pauses === undefined) return readStackSets(reader, prefix);
  clients.onProgress('looking for drift in the stack sets of policies');
  const unknown = await findDrift(reader, prefix, pauses);
  return (await readStackSets(reader, prefix)).map((one) => ({ ...one, driftUnknown: unknown.get(one.name) }));
}
