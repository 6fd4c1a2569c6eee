import { diskFolder } from '../files/estate-folder';
import { GitError, gitFolder, revisionAt } from '../files/git-folder';
import type { GitRevision } from '../files/git-folder';
import { isDay } from '../model/durations';
import { ORGANIZATION_FILE } from '../model/estate-folder';
import type { EstatePlan } from '../model/estate-plan';
import { planEstate } from '../model/estate-plan';
import { formatFinding } from '../model/finding';
import { parseOrganization } from '../model/organization';
import { visibleLines } from '../model/visible';
import type { HeldAccess } from '../model/who';
import { accessOfGroups } from '../model/who';
import { CONCURRENCY, createAwsSource } from '../snapshot/aws-source';
import { readMemberships } from '../snapshot/read-memberships';
import { chooseEstate, DEFAULT_ESTATES_FOLDER, EXIT, parseCommandArgs, runCommand, UsageError } from './cli';

const HELP = `npm run who -- --user NAME --when TIME [options]

Says what a person could do in AWS at a moment: the estate as it was on this branch then, and the permission sets that the
person's groups had by it. What was merged counts, not when it was deployed.

  --user NAME        user name in the Identity Store, which is the user principal name or the mail address
  --when TIME        the moment, such as 2026-11-24T09:00:00Z; a time without a zone is in UTC
  --group NAME       a group of the person then; may be given several times (default: the groups of now, read from AWS)
  --estate NAME      the estate (default: the only one)
  --json             print JSON
  --estates FOLDER   where the estates are (default: ${DEFAULT_ESTATES_FOLDER})
  --help             show this

Exit codes: 0 answered, 1 failed, 2 called wrongly.
`;

async function main(argv: readonly string[]): Promise<number> {
  const values = parseCommandArgs(argv, {
    user: { type: 'string' },
    when: { type: 'string' },
    group: { type: 'string', multiple: true },
    estate: { type: 'string' },
    json: { type: 'boolean', default: false },
    estates: { type: 'string', default: DEFAULT_ESTATES_FOLDER },
    help: { type: 'boolean', default: false },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return EXIT.ok;
  }
  const user = required('--user NAME', values.user);
  const when = parseMoment(required('--when TIME', values.when));
  const { name } = chooseEstate({ root: values.estates, name: values.estate });
  const revision = openRevisionAt(values.estates, when);
  const plan = planEstate(gitFolder(revision, name));
  const groups = values.group ?? (await groupsOfNow(values.estates, name, user));
  const held = accessOfGroups(plan, groups);
  const answer: Answer = { user, when: when.toISOString(), commit: revision.commit, groups, ...held };
  process.stdout.write(
    values.json
      ? `${JSON.stringify(answer, undefined, 2)}\n`
      : visibleLines(answerText(answer, { isNow: values.group === undefined })),
  );
  return reportErrors(plan);
}

interface Answer extends HeldAccess {
  readonly user: string;
  readonly when: string;
  readonly commit: string;
  readonly groups: readonly string[];
}

function required(option: string, value: string | undefined): string {
  if (value === undefined || value === '') throw new UsageError(`Missing option: ${option}`);
  return value;
}

const MOMENT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/** @throws UsageError if the text is no moment */
function parseMoment(text: string): Date {
  const isZoned = /(Z|[+-]\d{2}:\d{2})$/.test(text.slice(10));
  const moment = new Date(text.length === 10 || isZoned ? text : `${text}Z`);
  // A day that the calendar lacks would be another one: 30 February is 2 March to Date.
  if (MOMENT.test(text) && isDay(text.slice(0, 10)) && !Number.isNaN(moment.getTime())) return moment;
  throw new UsageError(`--when must be a moment, such as 2026-11-24T09:00:00Z, not '${text}'`);
}

function openRevisionAt(estates: string, when: Date): GitRevision {
  try {
    return revisionAt(estates, when);
  } catch (error) {
    throw error instanceof GitError ? new UsageError(`--when: ${error.message}`) : error;
  }
}

/** Names of the groups that the Identity Store gives the user now; the working tree's snapshot knows their names. */
async function groupsOfNow(estates: string, name: string, user: string): Promise<readonly string[]> {
  const read = diskFolder(estates, name).read(ORGANIZATION_FILE);
  const { organization } = parseOrganization(read.kind === 'text' ? JSON.parse(read.text) : undefined);
  if (organization === undefined) throw new Error(`estates/${name} has no organization.json: npm run snapshot`);
  const { region, identityStoreId, groups } = organization;
  const source = createAwsSource({ region, concurrency: CONCURRENCY.default, onProgress: () => undefined });
  const ids = await readMemberships({ identityStore: source.identityStore, identityStoreId }, user);
  const names = new Map(groups.map(({ id, displayName }) => [id, displayName]));
  return ids.map((id) => names.get(id) ?? id).toSorted();
}

function answerText(answer: Answer, { isNow }: { readonly isNow: boolean }): string {
  const { user, when, commit, groups, sets, withoutAccess, unknown } = answer;
  return [
    `${user} at ${when}, by commit ${commit.slice(0, 12)}`,
    `Groups${isNow ? ' of now, not of then' : ''}: ${groups.length === 0 ? 'none' : groups.join(', ')}`,
    '',
    ...(sets.length === 0 ? ['No permission set in any account.'] : sets.flatMap(setLines)),
    ...withoutAccess.map((group) => `${group} had no permission set.`),
    ...unknown.map((group) => `${group} was no group of the estate.`),
    '',
  ].join('\n');
}

function setLines({
  group,
  permissionSet,
  accounts,
  grants,
  isSynchronized,
}: HeldAccess['sets'][number]): readonly string[] {
  return [
    `${permissionSet} by ${group}${isSynchronized ? '' : ', which AWS did not know yet: nobody had it'}`,
    ...accounts.map((account) => `  ${account}`),
    ...grants.map(({ file, line, column }) => `  by ${file}:${line}:${column}`),
  ];
}

/** An estate that had errors then was not deployed as it stands: the answer may lack what they hide. */
function reportErrors({ findings, access }: EstatePlan): number {
  const errors = findings.filter(({ severity }) => severity === 'error');
  for (const error of errors) process.stderr.write(`error: ${formatFinding(error)}\n`);
  if (access === undefined) process.stderr.write('The estate had no access section that could be read then.\n');
  return errors.length > 0 || access === undefined ? EXIT.failed : EXIT.ok;
}

void runCommand(main);
