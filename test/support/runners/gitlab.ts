import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { z } from 'zod';
import { finish } from '../../system/clouds/organization/run-snapshot';
import { REPOSITORY } from '../repository';
import { checkOut } from './checkout';
import type { Ran, RunnerWorld, Started } from './run';
import { REPOSITORY_NAMES } from './team';
import { without } from './without';

/** Id of the project in the forge's stand-in, and of a fork of it. */
const PROJECT = '31';
const FORK = '99';

/** gitlab-ci-local, which `npm ci --prefix .ci/gitlab-ci-local` installs. */
export const GITLAB_CI_LOCAL = join(REPOSITORY, '.ci/gitlab-ci-local/node_modules/gitlab-ci-local/dist/index.js');

/** Runs the pipeline of an occasion by gitlab-ci-local, with its shell executor. */
export async function runAtGitLab(world: RunnerWorld, occasion: Started): Promise<Ran> {
  const { team } = world;
  if (occasion.kind === 'push' && occasion.again !== undefined) throw new Error('gitlab-ci-local runs no job again');
  const place = join(team.root, `run-${occasion.run}`);
  const { checkout } = checkOut(world, occasion);
  const unset = occasion.kind === 'pull-request' || occasion.kind === 'queue' ? ['CI_COMMIT_BRANCH'] : [];
  const variables = await variablesOf(world, occasion);
  const file = join(place, 'variables.yml');
  writeFileSync(file, JSON.stringify(variables));
  const args = [
    ...[GITLAB_CI_LOCAL, '--home', join(place, 'home')],
    ...['--force-shell-executor', '--shell-isolation', '--no-color', '--max-job-name-padding', '0'],
    ...['--concurrency', '2', '--no-artifacts-to-source'],
    ...['--ignore-predefined-vars', [...Object.keys(variables), 'CI_PIPELINE_SOURCE'].join(',')],
    // A child pipeline has what is in the file, and not what is said by options.
    ...['--variables-file', file],
    ...unset.flatMap((name) => ['--unset-variable', name]),
  ];
  const env = { ...team.environment, PATH: [rsyncIn(place), team.environment['PATH']].join(delimiter), ...world.aws };
  const run = (...more: readonly string[]) =>
    finish(spawn(process.execPath, [...args, ...more], { cwd: checkout, env, stdio: ['ignore', 'pipe', 'pipe'] }));
  const { stdout: listed } = await run('--list-json');
  // What a person starts, after the environment's approval; those of a child pipeline are not known yet.
  const manual = Jobs.parse(JSON.parse(listed)).flatMap(({ name, when }) => (when === 'manual' ? [name] : []));
  const deployments = readdirSync(join(checkout, 'estates')).map((estate) => `deploy ${estate}`);
  const { code, stdout, stderr } = await run(...[...deployments, ...manual].flatMap((name) => ['--manual', name]));
  const log = `${stdout}\n${stderr}`;
  // The names of a child pipeline's jobs begin with the job that started it.
  const ended = [...log.matchAll(/^ (PASS|WARN|FAIL) +(?:\[[\w-]+\] -> )?([\w-]+(?: [\w-]+)?)$/gm)];
  return {
    ...{ run: occasion.run, commit: occasion.commit },
    // It is content with a child pipeline that failed.
    isGreen: code === 0 && !ended.some(([, result]) => result === 'FAIL'),
    log,
    jobs: Object.fromEntries(ended.map(([, result = '', name = '']) => [name, RESULTS[result] ?? 'failure'])),
    artifacts: join(checkout, '.gitlab-ci-local/artifacts'),
  };
}

const Jobs = z.array(z.object({ name: z.string(), when: z.string() }));

const RESULTS: Readonly<Record<string, string>> = { PASS: 'success', WARN: 'warning', FAIL: 'failure' };

/** Variables that GitLab sets by itself, those of the project, and the tokens of a job. */
async function variablesOf(
  { team, forge, issuer, variables }: RunnerWorld,
  occasion: Started,
): Promise<Readonly<Record<string, string>>> {
  const isFork = occasion.kind === 'pull-request' && occasion.isFork === true;
  // Only a merge request has these; a fork has no variables of the project, and its tokens are those of another one.
  const environment = without(forge.environment, [
    ...['CI_MERGE_REQUEST_IID', 'CI_MERGE_REQUEST_PROJECT_ID'],
    ...(isFork ? ['GITLAB_TOKEN', 'GITLAB_PROPOSAL_TOKEN'] : []),
  ]);
  const common = {
    ...environment,
    CI_PIPELINE_ID: String(occasion.run),
    CI_COMMIT_SHA: occasion.commit,
    CI_DEFAULT_BRANCH: team.branch,
    CI_PROJECT_PATH: isFork ? 'somebody/identity' : REPOSITORY_NAMES.gitlab,
    CI_PROJECT_ID: isFork ? FORK : PROJECT,
    AWS_ID_TOKEN: await issuer.sign('sts.amazonaws.com'),
    AZURE_ID_TOKEN: await issuer.sign('api://AzureADTokenExchange'),
    ...variables,
  };
  return { ...common, ...sourceOf(occasion, team.branch) };
}

function sourceOf(occasion: Started, branch: string): Readonly<Record<string, string>> {
  switch (occasion.kind) {
    case 'pull-request':
    case 'queue':
      return {
        CI_PIPELINE_SOURCE: 'merge_request_event',
        CI_MERGE_REQUEST_IID: '7',
        CI_MERGE_REQUEST_PROJECT_ID: PROJECT,
        CI_MERGE_REQUEST_PROJECT_PATH: REPOSITORY_NAMES.gitlab,
        ...(occasion.kind === 'pull-request' && { CI_MERGE_REQUEST_SOURCE_BRANCH_SHA: occasion.head }),
        CI_MERGE_REQUEST_SOURCE_PROJECT_ID:
          occasion.kind === 'pull-request' && occasion.isFork === true ? FORK : PROJECT,
        CI_MERGE_REQUEST_TARGET_BRANCH_NAME: branch,
        CI_MERGE_REQUEST_TARGET_BRANCH_SHA: occasion.base,
        CI_MERGE_REQUEST_DIFF_BASE_SHA: occasion.base,
        CI_MERGE_REQUEST_EVENT_TYPE: occasion.kind === 'queue' ? 'merge_train' : 'merged_result',
      };
    case 'push':
      return { CI_PIPELINE_SOURCE: 'push', CI_COMMIT_BRANCH: branch };
    case 'drift':
      return { CI_PIPELINE_SOURCE: 'schedule', CI_COMMIT_BRANCH: branch };
    case 'accounts':
      return { CI_PIPELINE_SOURCE: 'schedule', CI_COMMIT_BRANCH: branch, IDENTITY_OCCASION: 'accounts' };
  }
}

/** Folder with rsync: that of the machine, or a stand-in that does what gitlab-ci-local asks of it. */
function rsyncIn(place: string): string {
  const folder = join(place, 'bin');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'rsync');
  copyFileSync(join(__dirname, 'gitlab/rsync.cjs'), file);
  chmodSync(file, 0o755);
  return folder;
}
