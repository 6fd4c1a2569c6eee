import { join } from 'node:path';
import { idOfUser, type Provisioned, provisionOnDemand } from '../../provider/synchronization/provision-on-demand';
import { ESTATE_FILE } from '../estate/source/estate-folder';
import { visibleLines } from '../estate/source/visible';
import type * as commands from './commands/clouds';
import { EXIT } from './program/cli';
import type { OptionsOf } from './program/define';
import { readEstate } from './program/estate';
import { requireTarget } from './program/local-target';
import { declaredProvisioning, findDeployedJob } from './program/provisioning-job';

export async function run(options: OptionsOf<typeof commands.provision>): Promise<number> {
  const { folder, plan } = readEstate(options);
  requireTarget(options.against, { aws: false, graph: true, signIn: false });
  const declared = declaredProvisioning(join(folder, ESTATE_FILE), plan);
  const { context, key } = await findDeployedJob(declared, (message) => process.stderr.write(`${message}\n`));
  // All names first: a misspelt one is told before anything is provisioned.
  const users = await Promise.all(
    options.user.map(async (name) => ({ name, objectId: await idOfUser(context, name) })),
  );
  const groups = declared.application.assignedGroups.map((group) => group.name);
  let isEverybodyThere = true;
  for (const { name, objectId } of users) {
    const provisioned = await provisionOnDemand(context, key, objectId);
    process.stdout.write(linesOf(name, provisioned, groups));
    isEverybodyThere &&= provisioned.isThere;
  }
  return isEverybodyThere ? EXIT.ok : EXIT.failed;
}

function linesOf(name: string, { steps, isThere, reason }: Provisioned, groups: readonly string[]): string {
  const because = reason === '' ? '' : ` (${reason})`;
  const outcome = isThere ? `is in IAM Identity Center${because}` : `was not provisioned${because}`;
  const lines = steps.map(({ type, status, description }) => `  ${type}: ${status}. ${visibleLines(description)}`);
  const remedy =
    reason === 'NotEffectivelyEntitled'
      ? [
          `  Whoever is a direct member of ${groups.join(', ')} is in scope; what was just changed takes minutes to arrive.`,
        ]
      : [];
  return [`${name} ${outcome}`, ...lines, ...remedy, ''].join('\n');
}
