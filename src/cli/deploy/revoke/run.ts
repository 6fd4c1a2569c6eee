import { namingKey } from '../../../clouds/aws/read-instance';
import { type EstateLocation, entraAws, shellLine } from '../../../deploy/steps/command';
import type * as commands from '../options';
import { EXIT } from '../../program/cli';
import type { OptionsOf } from '../../program/define';
import { readEstate } from '../../program/estate';
import { ONLY_AWS, requireTarget } from '../../program/local-target';
import { confirmed } from '../../program/confirmed';
import { type Leaving, leavingText } from './leaving';
import { tellMoved } from './moved';
import { announce, removeLeaving } from './remove-leaving';
import { openAccess, readLeavingHere, say } from './read-here';

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
  if (tellMoved(leaving, say)) return EXIT.failed;
  for (const one of leaving) announce(one, say);
  const all = leaving.flatMap(({ assignments, sets }) => [...assignments, ...sets]);
  if (all.length === 0) return EXIT.ok;
  if (!(await mayRemove(options, all.length))) {
    return list(leaving, { estate: name, estates: options.estates });
  }
  const isDone = await namingKey(clients, access.organization.instanceArn, () => removeAll(clients, leaving));
  return isDone ? EXIT.ok : EXIT.failed;
}

/** Removes what leaves, one stack after the other. @returns whether all of it is gone */
async function removeAll(clients: Parameters<typeof removeLeaving>[0], leaving: readonly Leaving[]): Promise<boolean> {
  let isDone = true;
  for (const one of leaving) isDone = (await removeLeaving(clients, one, say)) && isDone;
  return isDone;
}

/** Tells whether the person who runs it wants them removed. */
async function mayRemove({ check, yes }: OptionsOf<typeof commands.revoke>, count: number): Promise<boolean> {
  return !check && (yes || (await confirmed(`Remove ${count} of them?`)));
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
