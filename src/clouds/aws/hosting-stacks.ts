import type { Hosting } from '../../estate/sections/hosting/hosting';
import { HOSTING_KINDS, stackName } from '../../estate/plan/stacks';
import type { HostingClients } from './hosting-clients';
import { type DeployedStack, readStack, requireAccount } from './read-stack';

/**
 * Reads the stacks of the hosting. @throws AwsCallError; Error if the credentials belong to another account, or a stack is not
 * there or has failed
 */
export async function readHostingStacks(
  { sts, cloudFormation }: HostingClients,
  estateName: string,
  { account }: Hosting,
): Promise<DeployedStack> {
  await requireAccount(sts, { account, what: `the hosting of ${estateName}`, only: 'hosting' });
  const stacks = await Promise.all(
    HOSTING_KINDS.map(async (role) => {
      const name = stackName(estateName, role);
      const stack = await readStack(cloudFormation, name);
      if (stack === undefined) throw new Error(`the stack ${name} is missing; deploy it`);
      return stack;
    }),
  );
  return {
    resources: stacks.flatMap(({ resources }) => resources),
    outputs: Object.assign({}, ...stacks.map(({ outputs }) => outputs)) as Readonly<Record<string, string>>,
  };
}
