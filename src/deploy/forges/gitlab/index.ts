import { createHash } from 'node:crypto';
import { DEPLOYMENT_FILE, JOBS_VARIABLE } from '../../../estate/sections/pipeline/forges/gitlab/facts';
import { CLOUD_AUDIENCE } from '../../../estate/sections/pipeline/pulumi-state';
import { AWS_AUDIENCE } from '../../../estate/sections/pipeline/role-trust';
import type { Told } from '../../../estate/source/finding';
import {
  isGiven,
  type LogGroups,
  messageOf,
  namesOf,
  ON_A_BRANCH,
  repositoryOf,
  type RunKind,
  type Runner,
  type Variables,
} from '../runner';
import { ForgeError } from '../forge';
import { pipelinePage } from './run';

/** Jobs of GitLab CI/CD. */
export const gitLab: Runner = {
  tokens: {
    asks: ['GITLAB_TOKEN', 'CI_JOB_TOKEN'],
    proposes: ['GITLAB_PROPOSAL_TOKEN', 'GITLAB_PLACEMENT_TOKEN'],
    signsIn: ['AWS_ID_TOKEN', 'AZURE_ID_TOKEN', 'PULUMI_ID_TOKEN'],
  },
  words: {
    pullRequest: 'merge request',
    pipeline: 'pipeline',
    newRun: 'New pipeline',
    runAgain: 'Retry',
    afterLabel: "then run it again ('Retry' of this job), since a label starts nothing",
    wholeHistory: 'GIT_DEPTH: 0',
    keeps: (report, estate) => ({
      where: 'the artifacts of its job',
      name: `${report === 'shown' ? 'show' : report} ${estate}`,
    }),
  },
  runUrl: ({ CI_PROJECT_URL: projectUrl, CI_PIPELINE_ID: id }) =>
    projectUrl && id ? pipelinePage({ projectUrl }, Number(id)) : undefined,
  session: ['gitlab', 'CI_JOB_ID'],
  runKind: (variables) => {
    // The pipeline of a fork runs in the fork.
    const path = [variables['CI_MERGE_REQUEST_PROJECT_PATH'], variables['CI_PROJECT_PATH']].find(isGiven);
    return { ...kindOf(variables), ...repositoryOf(path) };
  },
  defaultBranch: (variables) => variables['CI_DEFAULT_BRANCH'],
  // The log has the errors themselves.
  annotations: (errors) => ({ lines: [], report: { file: 'code-quality.json', text: codeQualityOf(errors) } }),
  logGroups: sections,
  // A pipeline that GitLab starts from an artifact. Its jobs are in the repository; the variable chooses among them.
  renderJobs: (all) =>
    [
      'include:',
      `  - local: '/${DEPLOYMENT_FILE}'`,
      'variables:',
      `  ${JOBS_VARIABLE}: ',${all.flatMap(({ name, jobs }) => jobs.map((job) => `${name}:${job},`)).join('')}'`,
      '',
    ].join('\n'),
  // GitLab made it when the job began.
  jobToken: ({ audience }, variables) => {
    const name = nameOf(audience);
    const token = variables[name];
    if (isGiven(token)) return Promise.resolve(token);
    const where = `a job of GitLab CI/CD with ${name} in its id_tokens`;
    return Promise.reject(
      new ForgeError(`run this in ${where}, which sets these variables; missing or not valid: ${name}`),
    );
  },
};

/** Name of a token of a job, as its `id_tokens` have it. */
function nameOf(audience: string): string {
  if (audience.startsWith(CLOUD_AUDIENCE)) return 'PULUMI_ID_TOKEN';
  return audience === AWS_AUDIENCE ? 'AWS_ID_TOKEN' : 'AZURE_ID_TOKEN';
}

/** GitLab's form of a report of code quality: docs, 'Code Quality report format'. */
function codeQualityOf(errors: readonly Told[]): string {
  const entries = errors.map((error) => ({
    description: messageOf(error),
    check_name: error.code,
    // Of the same error it stays the same when lines move.
    fingerprint: createHash('sha256')
      .update(JSON.stringify([error.file, error.code, messageOf(error)]))
      .digest('hex'),
    severity: 'blocker',
    location: { path: error.file, lines: { begin: error.line } },
  }));
  return `${JSON.stringify(entries, undefined, 1)}\n`;
}

/** GitLab knows a section by its name, which a job has once. */
function sections(seconds: () => number): LogGroups {
  let number = 0;
  const mark = (what: string): string => `\u001B[0Ksection_${what}:${Math.floor(seconds())}:identity_${number}`;
  return {
    open: (title) => {
      number += 1;
      return `${mark('start')}[collapsed=true]\r\u001B[0K${title}\n`;
    },
    close: () => `${mark('end')}\r\u001B[0K\n`,
  };
}

/** GitLab's variables of a merge request: docs, 'Predefined CI/CD variables'. */
function kindOf(variables: Variables): RunKind {
  if (!isGiven(variables['CI_MERGE_REQUEST_IID'])) return ON_A_BRANCH;
  const into = variables['CI_MERGE_REQUEST_TARGET_BRANCH_NAME'];
  // The first is there for merged results and merge trains alone; the second is empty until GitLab has compared the branches.
  const base = [
    variables['CI_MERGE_REQUEST_TARGET_BRANCH_SHA'],
    variables['CI_MERGE_REQUEST_DIFF_BASE_SHA'],
    isGiven(into) ? `origin/${into}` : undefined,
  ].find(isGiven);
  // The pipeline of a fork runs in the fork, so CI_PROJECT_ID is that of the fork.
  const project = variables['CI_MERGE_REQUEST_PROJECT_ID'];
  const isOwn = isGiven(project) && variables['CI_MERGE_REQUEST_SOURCE_PROJECT_ID'] === project;
  const isTrain = variables['CI_MERGE_REQUEST_EVENT_TYPE'] === 'merge_train';
  // Without merged results the commit is the branch's own.
  const head = [variables['CI_MERGE_REQUEST_SOURCE_BRANCH_SHA'], variables['CI_COMMIT_SHA']].find(isGiven);
  const from = variables['CI_MERGE_REQUEST_SOURCE_BRANCH_NAME'];
  const asks = isOwn && !isTrain;
  return { ...(base !== undefined && { base }), ...namesOf({ into, from, head }), asksClouds: asks, comments: asks };
}
