import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { expandPipeline } from './azure/expand';
import type { AzureRun, Kept } from './azure/job';
import { Pipeline } from './azure/pipeline';
import { runStages } from './azure/stages';
import { checkOut } from './checkout';
import { without } from './without';
import type { Ran, RunnerWorld, Started } from './run';

const PIPELINES = 'azure-pipelines';

/** Pipeline of each occasion that no trigger in its file starts: a policy of the branch, or a schedule. */
const FILES: Readonly<Record<Exclude<Started['kind'], 'push'>, string>> = {
  'pull-request': 'identity-preview.yml',
  queue: 'identity-preview.yml',
  drift: 'identity-drift.yml',
  accounts: 'identity-accounts.yml',
};

/** Runs the pipelines of an occasion by an evaluator of ours: Azure Pipelines has none of its own for a laptop. */
export async function runAtAzureDevOps(world: RunnerWorld, occasion: Started): Promise<Ran> {
  const { place, checkout } = checkOut(world, occasion);
  const lines: string[] = [];
  const run: AzureRun = {
    ...{ place, checkout, machine: world.team.environment },
    variables: variablesOf(world, occasion),
    secrets: { SYSTEM_ACCESSTOKEN: 'token-of-the-job' },
    log: (line) => lines.push(line),
    summaries: [],
    kept: occasion.kind === 'push' && occasion.again !== undefined ? readSucceeded(place) : {},
  };
  const jobs: Record<string, string> = {};
  const succeeded: Kept = {};
  for (const file of startedFiles(checkout, occasion, world.team.branch)) {
    const { stages } = Pipeline.parse(expandPipeline(join(checkout, PIPELINES), file));
    for (const { stage, result, outputs } of await runStages(run, stages)) {
      for (const { displayName } of stage.jobs) jobs[`${stage.displayName} / ${displayName}`] = RESULTS[result];
      if (result === 'Succeeded') succeeded[stage.stage] = outputs;
    }
  }
  writeFileSync(join(place, SUCCEEDED), JSON.stringify(succeeded));
  return {
    ...{ run: occasion.run, commit: occasion.commit },
    isGreen: Object.values(jobs).every((result) => result === 'success' || result === 'skipped'),
    log: [...lines, ...run.summaries].join('\n'),
    jobs,
    artifacts: join(place, 'artifacts'),
  };
}

/** Outputs of the stages of a run that succeeded, for a run that runs again. */
const SUCCEEDED = 'succeeded.json';

function readSucceeded(place: string): Kept {
  const outputs = z.record(z.string(), z.string());
  return z.record(z.string(), outputs).parse(JSON.parse(readFileSync(join(place, SUCCEEDED), 'utf8')));
}

const RESULTS = {
  Succeeded: 'success',
  SucceededWithIssues: 'partially succeeded',
  Failed: 'failure',
  Skipped: 'skipped',
} as const;

function startedFiles(checkout: string, { kind }: Started, branch: string): readonly string[] {
  const folder = join(checkout, PIPELINES);
  if (kind !== 'push') return [FILES[kind]];
  return readdirSync(folder).filter((file) => {
    // A template says nothing of pull requests.
    if (!/^pr:/m.test(readFileSync(join(folder, file), 'utf8'))) return false;
    const { trigger } = Pipeline.parse(expandPipeline(folder, file));
    return trigger !== 'none' && trigger.branches.include.includes(branch);
  });
}

function variablesOf({ team, forge, issuer, aws, variables }: RunnerWorld, occasion: Started) {
  // No step sees the token unless it maps it, and only a pull request has a number.
  const environment = without(forge.environment, ['SYSTEM_ACCESSTOKEN', 'SYSTEM_PULLREQUEST_PULLREQUESTID']);
  return {
    ...environment,
    ...aws,
    BUILD_BUILDID: String(occasion.run),
    BUILD_SOURCEVERSION: occasion.commit,
    SYSTEM_OIDCREQUESTURI: issuer.azureDevOps,
    ...reasonOf(occasion, team.branch),
    ...variables,
  };
}

function reasonOf(occasion: Started, branch: string): Readonly<Record<string, string>> {
  const onBranch = { BUILD_SOURCEBRANCH: `refs/heads/${branch}`, BUILD_SOURCEBRANCHNAME: branch };
  switch (occasion.kind) {
    case 'pull-request':
      return {
        BUILD_REASON: 'PullRequest',
        BUILD_SOURCEBRANCH: 'refs/pull/7/merge',
        SYSTEM_PULLREQUEST_PULLREQUESTID: '7',
        SYSTEM_PULLREQUEST_ISFORK: occasion.isFork === true ? 'True' : 'False',
        SYSTEM_PULLREQUEST_TARGETBRANCH: `refs/heads/${branch}`,
        SYSTEM_PULLREQUEST_SOURCECOMMITID: occasion.head,
      };
    case 'queue':
      throw new Error('Azure DevOps has no queue of merges');
    case 'push':
      return { BUILD_REASON: 'IndividualCI', ...onBranch };
    case 'drift':
    case 'accounts':
      return { BUILD_REASON: 'Schedule', ...onBranch };
  }
}
