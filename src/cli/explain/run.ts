import {
  explain as explainAccess,
  explanationText,
  faultsOf,
  preventingErrors,
} from '../../estate/plan/explanation/explain';
import { planExplained } from '../../estate/plan/explanation/explained-plan';
import type * as commands from './options';
import { EXIT, UsageError } from '../program/cli';
import type { OptionsOf } from '../program/define';
import { planSound } from '../program/chosen-estate';

export async function run(options: OptionsOf<typeof commands.explain>): Promise<number> {
  const { plan } = planSound(options, { plan: planExplained, findingsOf: preventingErrors });
  const { group, user, account, permissionSet, action, resource } = options;
  if (action !== undefined) {
    if ([group, user, account, permissionSet].some((one) => one !== undefined)) {
      throw new UsageError('--action goes with --resource alone');
    }
    checkQuestion(action, resource);
    const { actionText, explainAction } = await import('../../estate/plan/explanation/allowed.js');
    const explained = explainAction(plan, { action, resource });
    process.stdout.write(options.json ? `${JSON.stringify(explained, undefined, 2)}\n` : actionText(explained));
    return EXIT.ok;
  }
  if (account === undefined) throw new UsageError('--account must be given, or --action');
  const explanation = explainAccess(plan, { ...whom(group, user), account, permissionSet });
  const faults = faultsOf(explanation);
  if (options.json) process.stdout.write(`${JSON.stringify(explanation, undefined, 2)}\n`);
  // An answer about what does not exist would read as one that somebody has no access.
  if (faults.length > 0) throw new UsageError(faults.map(({ text, code }) => `${text} (${code})`).join('\n'));
  if (!options.json) process.stdout.write(explanationText(explanation));
  return EXIT.ok;
}

/** What is no action would read as one that nobody may do. @throws UsageError */
function checkQuestion(action: string, resource = '*'): void {
  if (!/^(?:\*|[a-z0-9-]+:[a-z0-9*?]+)$/i.test(action))
    throw new UsageError(`--action must be a service and an action, such as s3:DeleteBucket, got '${action}'`);
  if (!/^(?:\*|arn:[^:]+:[^:]+:[^:]*:[^:]*:.+)$/.test(resource))
    throw new UsageError(`--resource must be an ARN, such as arn:aws:s3:::bucket, got '${resource}'`);
}

/** @throws UsageError unless a group or a user is asked about */
function whom(group: string | undefined, user: string | undefined): { group: string } | { user: string } {
  if (group !== undefined && user === undefined) return { group };
  if (user !== undefined && group === undefined) return { user };
  throw new UsageError('one of --group and --user must be given');
}
