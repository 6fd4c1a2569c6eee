import { z } from 'zod';
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
import { refuseEnterpriseServer, runPage } from './run';

/** Jobs of GitHub Actions. */
export const gitHub: Runner = {
  tokens: {
    asks: ['GITHUB_TOKEN'],
    proposes: [],
    signsIn: ['ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'],
  },
  words: {
    pullRequest: 'pull request',
    pipeline: 'workflow',
    newRun: 'Run workflow',
    runAgain: 'Re-run all jobs',
    afterLabel: 'the label starts the gate again',
    wholeHistory: 'fetch-depth: 0',
    keeps: (report, estate) => ({ where: 'its artifact', name: `${report}-${estate}` }),
  },
  runUrl: ({ GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID }) =>
    GITHUB_SERVER_URL && GITHUB_REPOSITORY && GITHUB_RUN_ID
      ? runPage({ GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID })
      : undefined,
  session: ['github', 'GITHUB_RUN_ID'],
  runKind: (variables, readEvent) => ({
    ...kindOf(variables, readEvent),
    ...repositoryOf(variables['GITHUB_REPOSITORY']),
  }),
  defaultBranch: (variables, readEvent) => {
    const event = variables['GITHUB_EVENT_PATH'];
    return event === undefined ? undefined : Repository.safeParse(readEvent(event)).data?.repository?.default_branch;
  },
  annotations: (errors) => ({ lines: errors.map(lineOf) }),
  logGroups: () => ({ open: (title) => `::group::${title}\n`, close: () => '::endgroup::\n' }),
  // The output of a step, which a matrix is made of.
  renderJobs: (all) => `estates=${JSON.stringify(all)}\n`,
  jobsFile: 'GITHUB_OUTPUT',
  checkServer: refuseEnterpriseServer,
  jobToken: async (...wanted) => (await import('./token.js')).gitHubToken(...wanted),
};

/** Commands of GitHub Actions: actions/toolkit, packages/core/src/command.ts. */
function lineOf(error: Told): string {
  const data = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
  const { file, line, column, code } = error;
  return `::error file=${property(file)},line=${line},col=${column},title=${property(code)}::${data(messageOf(error))}`;
}

const Repository = z.object({ repository: z.object({ default_branch: z.string() }).exactOptional() });

const Event = z.object({
  pull_request: z
    .object({ head: z.object({ sha: z.string().optional(), repo: z.object({ full_name: z.string() }).nullable() }) })
    .exactOptional(),
  merge_group: z.object({ base_sha: z.string(), base_ref: z.string().optional() }).exactOptional(),
});

function kindOf(variables: Variables, readEvent: (file: string) => unknown): RunKind {
  const file = variables['GITHUB_EVENT_PATH'];
  if (file === undefined) return ON_A_BRANCH;
  const { pull_request, merge_group } = Event.parse(readEvent(file));
  if (merge_group !== undefined)
    return {
      base: merge_group.base_sha,
      ...namesOf({ into: merge_group.base_ref, from: undefined, head: undefined }),
      ...ASKS_NOTHING,
    };
  if (pull_request === undefined) return ON_A_BRANCH;
  const { sha, repo } = pull_request.head;
  const isOwn = repo?.full_name === variables['GITHUB_REPOSITORY'];
  const names = namesOf({ into: variables['GITHUB_BASE_REF'], from: variables['GITHUB_HEAD_REF'], head: sha });
  return { base: FIRST_PARENT, ...names, asksClouds: isOwn, comments: isOwn };
}

const ASKS_NOTHING = { asksClouds: false, comments: false } as const;
