import { PIPELINES } from '../../../deploy/ci/jobs';
import type { Job } from '../../../deploy/ci/model';
import { LAST_DEPLOYED } from '../../../deploy/ci/parts';
import { DEFAULT_BRANCH, NPM_TOKEN, TOUCHED } from '../../../estate/sections/pipeline/limits';
import type { Files } from '../files';
import { MARK_LINE } from '../mark';
import { ABOUT, CRON, type Occasion, type PipelineEstate, type PipelineOptions, type Truster } from './options';
import { fromTemplate, staticFile } from './yaml-template';

const FOLDER = 'azure-pipelines';
const TEMPLATES = ['settings', 'stage', 'steps'] as const;

const [PREVIEW, ASKS_CDK] = PIPELINES.preview.jobs;

/**
 * Jobs of each pipeline. A policy of the branch waits for a whole pipeline, so what takes a reviewer is one of its own; it makes
 * again what its comment begins with.
 */
const JOBS: Readonly<Record<Occasion | 'entra', readonly Job[]>> = {
  preview: PIPELINES.preview.jobs,
  entra: [PREVIEW, ASKS_CDK, ...PIPELINES.entra.jobs].filter((job) => job !== undefined),
  deploy: PIPELINES.deploy.jobs,
  drift: PIPELINES.drift.jobs,
  watch: PIPELINES.watch.jobs,
  accounts: PIPELINES.accounts.jobs,
};

/** Pipelines of Azure DevOps, and the templates of their stages. */
export function azureDevOpsFiles(options: PipelineOptions): Files {
  const occasions = Object.keys(JOBS) as (keyof typeof JOBS)[];
  return Object.fromEntries([
    ...occasions.map((occasion) => [`${FOLDER}/identity-${occasion}.yml`, entry(occasion, options)]),
    ...TEMPLATES.map((name) => [`${FOLDER}/identity-${name}.yml`, template(name, options)]),
  ]) as Files;
}

/** A template of all estates. A step has no token but those that it names. */
function template(name: (typeof TEMPLATES)[number], { registry }: PipelineOptions): string {
  const token = registry === undefined ? '' : `, env: { ${NPM_TOKEN}: $(${registry.tokenSecret}) }`;
  return staticFile(`azure-devops-${name}.yml`).replace(`, env: { ${NPM_TOKEN}: $(${NPM_TOKEN}) }`, () => token);
}

function entry(occasion: keyof typeof JOBS, options: PipelineOptions): string {
  const { estates, toolImage: image, runners, branch = DEFAULT_BRANCH } = options;
  const isDeployment = occasion === 'deploy';
  const [pool] = runners ?? [];
  const settings = (estate: PipelineEstate): object => ({
    estate: estate.name,
    deployment: isDeployment ? '${{ parameters.estate }}' : undefined,
    image,
    // It reads the record of what was deployed.
    ...(isDeployment && connectionsOf({ role: 'preview', steps: [LAST_DEPLOYED] }, estate)),
  });
  return fromTemplate('azure-pipeline', {
    ...{ mark: MARK_LINE, occasion, branch, touched: TOUCHED, cron: occasion === 'entra' ? undefined : CRON[occasion] },
    title: occasion === 'entra' ? undefined : ABOUT[occasion],
    names: estates.map(({ name }) => name).filter((name) => name !== TOUCHED),
    pool: pool === undefined ? { vmImage: 'ubuntu-24.04' } : { name: pool },
    stages: estates.flatMap((estate) => [
      { template: 'identity-settings.yml', parameters: settings(estate) },
      ...JOBS[occasion].map((job) => ({
        template: 'identity-stage.yml',
        parameters: {
          ...parametersOf(job, estate, JOBS[occasion]),
          branch: job.isOfDefaultBranch && branch,
          image: job.usesDocker ? undefined : image,
        },
      })),
    ]),
  });
}

/** Name of the stage of a job. Names of stages have no hyphen. */
const stageOf = (job: string, { name }: PipelineEstate): string => `${job}_${name}`.replaceAll('-', '_');

function parametersOf(job: Job, estate: PipelineEstate, jobs: readonly Job[]): object {
  const { id, name, minutes, environment, takes, leaves } = job;
  const { deployEnvironment = estate.name, previewEnvironment = 'preview' } = estate;
  const before = jobs.filter(
    (one) => job.needs.includes(one.id) || (one.leaves !== undefined && takes.includes(one.leaves.name)),
  );
  return {
    estate: estate.name,
    job: id,
    name,
    needs: ['settings', ...before.map((one) => one.id)].map((one) => stageOf(one, estate)),
    condition: conditionOf(job, estate),
    minutes,
    environment: environment && { deploy: deployEnvironment, preview: previewEnvironment }[environment],
    takes: takes.length === 0 ? undefined : takes.map((one) => `${one}-${estate.name}/**`).join('\n'),
    leaves: leaves?.name,
    ...connectionsOf(job, estate),
  };
}

/** A stage that had nothing to do holds up none. */
function conditionOf({ needs, afterFailure }: Job, estate: PipelineEstate): string | undefined {
  if (!afterFailure) return undefined;
  const [only, another] = needs;
  if (only === undefined || another !== undefined) return 'not(canceled())';
  return `and(not(canceled()), ne(dependencies.${stageOf(only, estate)}.result, 'Skipped'))`;
}

/** Names of the connections whose tokens the steps of a job ask for; a job gets no other. */
function connectionsOf({ role, steps }: Pick<Job, 'role' | 'steps'>, { connections = {} }: PipelineEstate): object {
  if (role === undefined) return {};
  // The record of what was deployed is in AWS, where the estate has that.
  const isInAws = connections.aws !== undefined;
  const programs = new Set(
    steps.flatMap(({ program, readsState, keepsRecord }) => [
      program,
      ...(readsState || (keepsRecord && !isInAws) ? ['workforce'] : []),
    ]),
  );
  const uses: Readonly<Record<Truster, boolean>> = {
    aws: steps.some(({ aws, keepsRecord }) => aws !== undefined || (keepsRecord && isInAws)),
    // Pulumi's state is there, whatever a program is about.
    workforce: programs.has('workforce') || programs.has('customers'),
    customers: programs.has('customers'),
  };
  const named = (['aws', 'workforce', 'customers'] as const).filter((truster) => uses[truster]);
  return Object.fromEntries(
    named.map((truster) => [truster, (connections[truster] as Readonly<Record<string, string>> | undefined)?.[role]]),
  );
}
