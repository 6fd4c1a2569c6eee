import { explain as explainAccess, preventingErrors } from '../estate/plan/explain';
import { explanationText } from '../estate/plan/explanation-text';
import type * as commands from './commands/estate';
import { EXIT } from './program/cli';
import type { OptionsOf } from './program/define';
import { readEstate } from './program/estate';

export function run(options: OptionsOf<typeof commands.explain>): number {
  const { plan } = readEstate(options, preventingErrors);
  const { group, account, permissionSet } = options;
  const explanation = explainAccess(plan, { group, account, permissionSet });
  process.stdout.write(options.json ? `${JSON.stringify(explanation, undefined, 2)}\n` : explanationText(explanation));
  return EXIT.ok;
}
