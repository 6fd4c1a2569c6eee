import { join } from 'node:path';
import {
  findUser,
  type Person,
  type Provisioned,
  provisionOnDemand,
} from '../../../provider/synchronization/provision-on-demand';
import { ESTATE_FILE } from '../../estate/source/estate-folder';
import { visibleLines } from '../../estate/source/visible';
import type * as commands from './options';
import { EXIT } from '../program/cli';
import type { OptionsOf } from '../program/define';
import { readEstate } from '../program/estate';
import { requireTarget } from '../program/local-target';
import { declaredProvisioning, findDeployedJob } from './provisioning-job';

export async function run(options: OptionsOf<typeof commands.provision>): Promise<number> {
  const { folder, plan } = readEstate(options);
  requireTarget(options.against, { aws: false, graph: ['workforce'], signIn: false });
  const declared = declaredProvisioning(join(folder, ESTATE_FILE), plan);
  const { context, key } = await findDeployedJob(declared, (message) => process.stderr.write(`${message}\n`));
  // All names first: a misspelt one is told before anything is provisioned. An object id is not looked up.
  const users = await Promise.all(options.user.map(async (name) => ({ name, ...(await findUser(context, name)) })));
  const groups = declared.application.assignedGroups.map((group) => group.name);
  let isEverybodyDone = true;
  for (const user of users) {
    const provisioned = await provisionOnDemand(context, key, user.objectId);
    // What the service says of itself, and names of people, may hold what a terminal obeys.
    process.stdout.write(`${visibleLines(linesOf(user, provisioned, groups).join('\n'))}\n`);
    isEverybodyDone &&= provisioned.isDone;
  }
  return isEverybodyDone ? EXIT.ok : EXIT.failed;
}

const PROVISIONED: Readonly<Record<Person['account'], string>> = {
  enabled: 'is in IAM Identity Center',
  blocked: 'is blocked in Entra ID, and disabled in IAM Identity Center',
  unknown: 'is in IAM Identity Center; whether the account is enabled was not checked',
};

function linesOf(
  { name, account }: Person & { readonly name: string },
  { steps, isDone, reason }: Provisioned,
  groups: readonly string[],
): readonly string[] {
  const because = reason === '' ? '' : ` (${reason})`;
  const remedy = `  Whoever is a direct member of ${groups.join(', ')} is in scope; what was just changed takes minutes to arrive.`;
  return [
    `${name} ${isDone ? PROVISIONED[account] : 'was not provisioned'}${because}`,
    ...steps.map(({ type, status, description }) => `  ${type}: ${status}. ${description}`),
    ...(reason === 'NotEffectivelyEntitled' ? [remedy] : []),
  ];
}
