import { diskFolder } from '../estate/load/estate-folder';
import { GitError, gitFolder, revisionAt } from '../clouds/git/git-folder';
import type { GitRevision } from '../clouds/git/git-folder';
import { isDay } from '../estate/sections/durations';
import { ORGANIZATION_FILE } from '../estate/source/estate-folder';
import type { EstatePlan } from '../estate/plan/estate-plan';
import { planEstate } from '../estate/plan/estate-plan';
import { formatFinding } from '../estate/source/finding';
import type { Organization } from '../estate/source/organization';
import { parseOrganization } from '../estate/source/organization';
import { visibleLines } from '../estate/source/visible';
import { answerOf, answerText } from '../who/answer';
import { readLogs } from '../who/read-logs';
import { chooseEstate, DEFAULT_ESTATES_FOLDER, EXIT, parseCommandArgs, runCommand, UsageError } from './program/cli';

const HELP = `npm run who -- --user NAME --when TIME [options]

Says what a person could do in AWS at a moment, and what the person did: the estate as it was on this branch then, the
groups of then (those of now, and what Entra ID's audit log says has changed since), the permission sets that they had, and
what CloudTrail says was used within twelve hours. What can't be read is said. What was merged counts, not when it was
deployed.

  --user NAME        user name in the Identity Store, which is the user principal name or the mail address
  --when TIME        the moment, such as 2026-11-24T09:00:00Z; a time without a zone is in UTC
  --group NAME       a group of the person then; may be given several times (default: what the logs say)
  --offline          read git alone; needs --group
  --estate NAME      the estate (default: the only one)
  --json             print JSON
  --estates FOLDER   where the estates are (default: ${DEFAULT_ESTATES_FOLDER})
  --help             show this

Reads AWS as the SDK finds it, and Entra ID with the variables of azuread (ARM_...), as npm run doctor does.

Exit codes: 0 answered, 1 failed, 2 called wrongly.
`;

async function main(argv: readonly string[]): Promise<number> {
  const values = parseCommandArgs(argv, {
    user: { type: 'string' },
    when: { type: 'string' },
    group: { type: 'string', multiple: true },
    estate: { type: 'string' },
    offline: { type: 'boolean', default: false },
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
  if (values.offline && values.group === undefined) {
    throw new UsageError('--offline needs --group: which groups the person had does not stand in git');
  }
  const { name } = chooseEstate({ root: values.estates, name: values.estate });
  const revision = openRevisionAt(values.estates, when);
  const plan = planEstate(gitFolder(revision, name));
  const logs = values.offline
    ? undefined
    : await readLogs({
        user,
        when,
        now: new Date(),
        organization: currentOrganization(values.estates, name),
        tenantId: plan.estate.workforce?.tenantId,
        environment: process.env,
      });
  const answer = answerOf(plan, { user, when, commit: revision.commit, given: values.group, logs });
  process.stdout.write(values.json ? `${JSON.stringify(answer, undefined, 2)}\n` : visibleLines(answerText(answer)));
  return reportErrors(plan);
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

/** The working tree's snapshot knows where the logs are, and the names of groups. @throws Error without one */
function currentOrganization(estates: string, name: string): Organization {
  const read = diskFolder(estates, name).read(ORGANIZATION_FILE);
  const { organization } = parseOrganization(read.kind === 'text' ? JSON.parse(read.text) : undefined);
  if (organization === undefined) throw new Error(`estates/${name} has no organization.json: npm run snapshot`);
  return organization;
}

/** An estate that had errors then was not deployed as it stands: the answer may lack what they hide. */
function reportErrors({ findings, access }: EstatePlan): number {
  const errors = findings.filter(({ severity }) => severity === 'error');
  for (const error of errors) process.stderr.write(`error: ${formatFinding(error)}\n`);
  if (access === undefined) process.stderr.write('The estate had no access section that could be read then.\n');
  return errors.length > 0 || access === undefined ? EXIT.failed : EXIT.ok;
}

void runCommand(main);
