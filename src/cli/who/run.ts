import { join } from 'node:path';
import { readAws } from '../../clouds/aws/aws-call';
import { readOrganizationOnDisk } from '../../clouds/aws/organization/compare-snapshot';
import type { Needs } from '../../clouds/local-target';
import type { Reading } from '../../clouds/reading';
import { GitError, gitFolder, type GitRevision, openRevision, revisionAt } from '../../clouds/git/git-folder';
import type { Deployment } from '../../deploy/pipeline/deployed-base';
import { deployedAt } from '../../deploy/pipeline/deployment-record';
import { isDay } from '../../estate/sections/durations';
import { diskFolder, latestDayAt } from '../../estate/load/estate-folder';
import { ORGANIZATION_FILE } from '../../estate/source/estate-folder';
import type { EstatePlan } from '../../estate/plan/planner';
import { planEstate } from '../../estate/plan/estate-plan';
import { formatFinding } from '../../estate/source/finding';
import type { Organization } from '../../estate/source/organization';
import { parseOrganization } from '../../estate/source/organization';
import { visibleLines } from '../../estate/source/visible';
import { formatted } from '../../text/formats';
import { answerOf, answerText, isUnknown } from '../../who/answer';
import { readLogs } from '../../who/read-logs';
import type * as commands from './options';
import { EXIT, UsageError } from '../program/cli';
import type { OptionsOf } from '../program/define';
import { chooseEstate } from '../program/chosen-estate';
import { requireTarget } from '../program/local-target';
import { withProgress } from '../program/progress';

export async function run(options: OptionsOf<typeof commands.who>): Promise<number> {
  const { user } = options;
  const when = parseMoment(options.when);
  if (options.offline && options.group === undefined) {
    throw new UsageError('--offline needs --group: git does not record which groups a person had');
  }
  const { name, folder } = chooseEstate(options);
  const deployment = options.offline ? undefined : await readDeployment(options, name, when);
  const revision = openRevisionAt(options.estates, when, deployment);
  const plan = planEstate({ ...gitFolder(revision, name), latestDay: latestDayAt(when) });
  if (!options.offline) requireTarget(options.against, needsOf(plan));
  const logs = options.offline
    ? undefined
    : await withProgress(async (onProgress) =>
        readLogs({
          user,
          when,
          now: new Date(),
          organization: await currentOrganization(folder),
          tenantId: plan.estate.workforce?.tenantId,
          environment: process.env,
          onProgress,
        }),
      );
  const { commit } = revision;
  const answer = answerOf(plan, {
    user,
    when,
    commit,
    deployment,
    given: options.group,
    logs,
  });
  process.stdout.write(options.json ? formatted('who', answer) : visibleLines(answerText(answer)));
  return Math.max(reportErrors(plan), isUnknown(answer) ? EXIT.failed : EXIT.ok);
}

/** What the record of deployments had then. The estate says now where the record is. */
function readDeployment(
  { estates, against }: OptionsOf<typeof commands.who>,
  name: string,
  when: Date,
): Promise<Reading<Deployment | undefined>> {
  const plan = planEstate(diskFolder(estates, name));
  requireTarget(against, needsOf(plan));
  return readAws(() => deployedAt(plan, when));
}

function needsOf({ estate }: EstatePlan): Needs {
  return { aws: true, graph: estate.workforce?.tenantId === undefined ? [] : ['workforce'], signIn: false };
}

const MOMENT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/** @throws UsageError if the text is not a date or a time */
function parseMoment(text: string): Date {
  const isZoned = /(Z|[+-]\d{2}:\d{2})$/.test(text.slice(10));
  const moment = new Date(text.length === 10 || isZoned ? text : `${text}Z`);
  // A day that the calendar lacks would be another one: 30 February is 2 March to Date.
  if (MOMENT.test(text) && isDay(text.slice(0, 10)) && !Number.isNaN(moment.getTime())) return moment;
  throw new UsageError(`--when must be a moment, such as 2026-11-24T09:00:00Z, got '${text}'`);
}

function openRevisionAt(
  estates: string,
  when: Date,
  deployment: Reading<Deployment | undefined> | undefined,
): GitRevision {
  const deployed = deployment?.state === 'known' ? deployment.value : undefined;
  try {
    return deployed === undefined ? revisionAt(estates, when) : openRevision(estates, deployed.commit);
  } catch (error) {
    throw error instanceof GitError ? new UsageError(`--when: ${error.message}`) : error;
  }
}

/** The working tree's snapshot knows where the logs are, and the names of groups. @throws Error without one */
async function currentOrganization(folder: string): Promise<Organization> {
  const file = join(folder, ORGANIZATION_FILE);
  const onDisk = await readOrganizationOnDisk(file);
  if (onDisk.kind === 'absent') throw new Error(`${file} does not exist: run npx --no entra-aws snapshot`);
  if (onDisk.kind === 'unreadable') throw new Error(onDisk.reason);
  const { organization } = parseOrganization(onDisk.file);
  if (organization === undefined) throw new Error(`${file} must be what npx --no entra-aws snapshot writes`);
  return organization;
}

/** An estate that had errors then was not deployed as it stands: the answer may lack what they hide. */
function reportErrors({ findings, access }: EstatePlan): number {
  const errors = findings.filter(({ severity }) => severity === 'error');
  for (const error of errors) process.stderr.write(`error: ${formatFinding(error)}\n`);
  if (access === undefined) process.stderr.write('The estate had no access section that could be read then.\n');
  return errors.length > 0 || access === undefined ? EXIT.failed : EXIT.ok;
}
