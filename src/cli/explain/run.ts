import {
  type AskedNames,
  explain as explainAccess,
  explanationText,
  faultsOf,
  preventingErrors,
  type ExplainedReason,
  unknownNames,
} from '../../estate/plan/explanation/explain';
import { planExplained } from '../../estate/plan/explanation/explained-plan';
import type { EstatePlan } from '../../estate/plan/planner';
import type { Holder } from '../../estate/sections/access/holder';
import { type Format, formatted } from '../../text/formats';
import type * as commands from './options';
import { EXIT, printed, UsageError } from '../program/cli';
import type { OptionsOf } from '../program/define';
import { planSound } from '../program/chosen-estate';

type Options = OptionsOf<typeof commands.explain>;

export async function run(options: Options): Promise<number> {
  const { plan } = planSound(options, { plan: planExplained, findingsOf: preventingErrors });
  const { group, user, account, permissionSet, action } = options;
  if (options.csv) return printCsv(plan, { holder: holderOf(group, user), account, permissionSet });
  if (options.unused) return explainUnused(plan, options);
  if (action !== undefined) return explainOne(plan, { ...options, action });
  if (options.resource !== undefined) throw new UsageError('--resource goes with --action');
  const holder = holderOf(group, user);
  if (holder === undefined || account === undefined)
    return explainSets(plan, { holder, account, permissionSet }, options);
  const { setFacts } = await import('../../estate/plan/explanation/set-facts.js');
  const whom = holder.kind === 'user' ? { user: holder.name } : { group: holder.name };
  const explanation = explainAccess(plan, { ...whom, account, permissionSet }, setFacts(plan));
  return print(explanation, faultsOf(explanation), { options, format: 'explain', text: explanationText });
}

async function printCsv(plan: EstatePlan, question: AskedNames): Promise<number> {
  refuse(unknownNames(plan, question));
  const { accessCsv } = await import('./access-csv.js');
  return printed(accessCsv(plan, question));
}

async function explainSets(plan: EstatePlan, question: AskedNames, options: Options): Promise<number> {
  if (Object.values(question).every((name) => name === undefined))
    throw new UsageError(
      'one of --group, --user, --account, --permission-set, --action and --unused must be given, or several',
    );
  const { explainHeld, heldText } = await import('../../estate/plan/explanation/held.js');
  const explained = explainHeld(plan, question);
  return print(explained, explained.faults, { options, format: 'explain-sets', text: heldText });
}

async function explainOne(plan: EstatePlan, options: Options & { readonly action: string }): Promise<number> {
  const { group, user, account, permissionSet, action, resource } = options;
  checkQuestion(action, resource);
  const { explainAction, unknownAction } = await import('../../estate/plan/explanation/allowed.js');
  const { actionText } = await import('../../estate/plan/explanation/action-text.js');
  const problem = unknownAction(action);
  if (problem !== undefined) throw new UsageError(`--action ${problem}`);
  const explained = explainAction(plan, { action, resource, account, permissionSet, holder: holderOf(group, user) });
  return print(explained, explained.faults, { options, format: 'explain-action', text: actionText });
}

async function explainUnused(plan: EstatePlan, options: Options): Promise<number> {
  refuse(unknownNames(plan, { permissionSet: options.permissionSet }));
  const { printUnused } = await import('./unused.js');
  return printUnused(plan, options, new Date());
}

interface Printing<Explained> {
  readonly options: Options;
  readonly format: Format;
  readonly text: (explained: Explained) => string;
}

/** @throws UsageError for an answer about what does not exist, which would read as one that somebody has no access */
function print<Explained extends object>(
  explained: Explained,
  faults: readonly ExplainedReason[],
  { options, format, text: textOf }: Printing<Explained>,
): number {
  if (options.json) process.stdout.write(formatted(format, explained));
  refuse(faults);
  if (!options.json) process.stdout.write(textOf(explained));
  return EXIT.ok;
}

/** @throws UsageError with all of them */
function refuse(faults: readonly ExplainedReason[]): void {
  if (faults.length > 0) throw new UsageError(faults.map(({ text, code }) => `${text} (${code})`).join('\n'));
}

/** What is no action would read as one that nobody may do. @throws UsageError */
function checkQuestion(action: string, resource = '*'): void {
  if (!/^(?:\*|[a-z0-9-]+:[a-z0-9*?]+)$/i.test(action))
    throw new UsageError(`--action must be a service and an action, such as s3:DeleteBucket, got '${action}'`);
  if (!/^(?:\*|arn:[^:]+:[^:]+:[^:]*:[^:]*:.+)$/.test(resource))
    throw new UsageError(`--resource must be an ARN, such as arn:aws:s3:::bucket, got '${resource}'`);
}

/** @throws UsageError where both are given */
function holderOf(group: string | undefined, user: string | undefined): Holder | undefined {
  if (group !== undefined && user !== undefined) throw new UsageError('--group and --user exclude each other');
  if (group !== undefined) return { kind: 'group', name: group };
  return user === undefined ? undefined : { kind: 'user', name: user };
}
