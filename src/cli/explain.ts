import { explain as explainAccess, preventingErrors } from '../estate/plan/explain';
import { explanationText } from '../estate/plan/explanation-text';
import type * as commands from './commands/estate';
import { EXIT, UsageError } from './program/cli';
import type { OptionsOf } from './program/define';
import { readEstate } from './program/estate';

export function run(options: OptionsOf<typeof commands.explain>): number {
  const { plan } = readEstate(options, preventingErrors);
  const { group, user, account, permissionSet } = options;
  const explanation = explainAccess(plan, { ...whom(group, user), account, permissionSet });
  process.stdout.write(options.json ? `${JSON.stringify(explanation, undefined, 2)}\n` : explanationText(explanation));
  return EXIT.ok;
}

/** @throws UsageError unless a group or a user is asked about */
function whom(group: string | undefined, user: string | undefined): { group: string } | { user: string } {
  if (group !== undefined && user === undefined) return { group };
  if (user !== undefined && group === undefined) return { user };
  throw new UsageError('one of --group and --user must be given');
}
