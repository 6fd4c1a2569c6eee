import type { Told } from '../../../estate/source/finding';
import {
  FIRST_PARENT,
  messageOf,
  namesOf,
  ON_A_BRANCH,
  repositoryOf,
  type RunKind,
  type Runner,
  type Variables,
} from '../runner';
import { buildPage } from './run';

/** Jobs of Azure Pipelines. */
export const azureDevOps: Runner = {
  lacksCi: true,
  tokens: { asks: ['SYSTEM_ACCESSTOKEN'], proposes: [], signsIn: ['SYSTEM_OIDCREQUESTURI'] },
  words: {
    pullRequest: 'pull request',
    pipeline: 'pipeline',
    newRun: 'Run pipeline',
    runAgain: 'Rerun stage',
    afterLabel: "then run it again ('Re-queue' of the check), since a label starts nothing",
    wholeHistory: 'fetchDepth: 0',
    keeps: (report, estate) => ({ where: 'its artifact', name: `${report}-${estate}` }),
  },
  runUrl: ({ SYSTEM_COLLECTIONURI: organization, SYSTEM_TEAMPROJECT: project, BUILD_BUILDID: id }) =>
    organization && project && id
      ? buildPage({ organizationUrl: organization.replace(/\/$/, ''), project }, Number(id))
      : undefined,
  session: ['azure', 'BUILD_BUILDID'],
  runKind: (variables) => ({ ...kindOf(variables), ...repositoryOf(repositoryIn(variables)) }),
  // It has no variable for it.
  defaultBranch: () => undefined,
  annotations: (errors) => ({ lines: errors.map(lineOf) }),
  logGroups: () => ({ open: (title) => `##[group]${title}\n`, close: () => '##[endgroup]\n' }),
  // Stages read only what is an output.
  renderJobs: (all) =>
    all.map(({ jobs }) => `##vso[task.setvariable variable=JOBS;isOutput=true],${jobs.join(',')},\n`).join(''),
  jobToken: async (...wanted) => (await import('./token.js')).azureDevOpsToken(...wanted),
};

/** Logging commands of Azure Pipelines: azure-pipelines-task-lib, node/taskcommand.ts. */
function lineOf(error: Told): string {
  const data = (text: string): string => text.replaceAll('%', '%AZP25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  const property = (text: string): string => data(text).replaceAll(']', '%5D').replaceAll(';', '%3B');
  const { file, line, column, code } = error;
  return `##vso[task.logissue type=error;sourcepath=${property(file)};linenumber=${line};columnnumber=${column};code=${property(code)}]${data(messageOf(error))}`;
}

/** The organization is the path of the collection, or the name of its host before 2018: `https://acme.visualstudio.com/`. */
function repositoryIn(variables: Variables): string | undefined {
  const collection = variables['SYSTEM_COLLECTIONURI'] ?? '';
  const organization = /^https:\/\/(?:dev\.azure\.com\/([^/]+)|([^./]+)\.visualstudio\.com)\/?$/.exec(collection);
  const parts = [
    organization?.[1] ?? organization?.[2],
    variables['SYSTEM_TEAMPROJECT'],
    variables['BUILD_REPOSITORY_NAME'],
  ];
  return parts.some((part) => part === undefined || part === '') ? undefined : parts.join('/');
}

function kindOf(variables: Variables): RunKind {
  if (variables['BUILD_REASON'] !== 'PullRequest') return ON_A_BRANCH;
  const isOwn = variables['SYSTEM_PULLREQUEST_ISFORK']?.toLowerCase() === 'false';
  const names = namesOf({
    into: variables['SYSTEM_PULLREQUEST_TARGETBRANCH'],
    from: variables['SYSTEM_PULLREQUEST_SOURCEBRANCH'],
    head: variables['SYSTEM_PULLREQUEST_SOURCECOMMITID'],
  });
  return { base: FIRST_PARENT, ...names, asksClouds: isOwn, comments: isOwn };
}
