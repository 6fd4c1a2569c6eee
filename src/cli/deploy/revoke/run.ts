import { namingKey } from '../../../clouds/aws/read-instance';
import { type EstateLocation, entraAws, shellLine } from '../../../deploy/steps/command';
import type * as commands from '../options';
import { EXIT } from '../../program/cli';
import type { OptionsOf } from '../../program/define';
import { readEstate } from '../../program/estate';
import { ONLY_AWS, requireTarget } from '../../program/local-target';
import { confirmed } from '../../program/confirmed';
import { type Leaving, leavingText, openAccess, readLeavingHere, say } from './leaving';
import { announce, removeLeaving, tellMoved } from './remove-leaving';

export async function run(options: OptionsOf<typeof commands.revoke>): Promise<number> {
  const { name, plan } = readEstate(options);
  const { access } = plan;
  if (access === undefined) {
    say(`the estate ${name} has no access: nothing leaves`);
    return EXIT.ok;
  }
  requireTarget(options.against, ONLY_AWS);
  const clients = openAccess(access);
  const leaving = await readLeavingHere(clients, { plan, access });
  if (tellMoved(leaving)) return EXIT.failed;
  for (const one of leaving) announce(one);
  const all = leaving.flatMap(({ assignments, sets }) => [...assignments, ...sets]);
  if (all.length === 0) return EXIT.ok;
  const { check, yes, estates } = options;
  if (check || (!yes && !(await confirmed(`Remove ${all.length} of them?`))))
    return list(leaving, { estate: name, estates });
  return namingKey(clients, access.organization.instanceArn, async () => {
    let isDone = true;
    for (const one of leaving) isDone = (await removeLeaving(clients, one)) && isDone;
    return isDone ? EXIT.ok : EXIT.failed;
  });
}

/** Lists what would be removed. */
function list(leaving: readonly Leaving[], location: EstateLocation): number {
  for (const one of leaving) {
    for (const assignment of one.assignments) say(`  ${leavingText(one, assignment)}`);
    for (const set of one.sets) say(`  permission set ${one.setNames.get(set) ?? set}`);
  }
  say(`Nothing was removed. To remove them: ${shellLine(entraAws('deploy revoke', location, '--yes'))}`);
  return EXIT.failed;
}
