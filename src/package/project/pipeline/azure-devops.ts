import { PIPELINES } from '../../../deploy/ci/jobs';
import type { Job } from '../../../deploy/ci/model';
import { TOUCHED } from '../../../estate/sections/pipeline/deployments';
import { DEPLOYED_BRANCH } from '../../../estate/sections/pipeline/pipeline';
import type { Files } from '../files';
import { MARK_LINE } from '../mark';
import { settingsTemplate, stageTemplate, stepsTemplate } from './azure-devops-templates';
import { ACCOUNTS_CRON, DRIFT_CRON } from './github-events';
import type { PipelineEstate, PipelineOptions, Truster } from './options';
import { type Part, yamlText } from './yaml-text';

const FOLDER = 'azure-pipelines';

type Occasion = 'preview' | 'entra' | 'deploy' | 'drift' | 'accounts';

const [PREVIEW, ASKS_CDK] = PIPELINES.preview.jobs;

const NONE = { trigger: 'none' } as const;
const onSchedule =
  (cron: string, displayName: string) =>
  (branch: string): Part => ({
    ...NONE,
    schedules: [{ cron, displayName, branches: { include: [branch] }, always: 'true' }],
  });

interface Started {
  readonly about: string;
  readonly start: (branch: string) => Part;
  readonly jobs: readonly Job[];
}

/**
 * Pipelines of Azure DevOps. A policy of the branch waits for a whole pipeline, so what takes a reviewer is one of its own; it
 * makes again what its comment begins with.
 */
const OCCASIONS: Readonly<Record<Occasion, Started>> = {
  preview: {
    about: 'What a pull request changes, before anybody completes it: a required build of the branch policy.',
    start: () => NONE,
    jobs: PIPELINES.preview.jobs,
  },
  entra: {
    about:
      'What a pull request changes in what Pulumi deployed, once somebody allows it: an optional build of the branch policy.',
    start: () => NONE,
    jobs: [PREVIEW, ASKS_CDK, ...PIPELINES.entra.jobs].filter((job) => job !== undefined),
  },
  deploy: {
    about: 'Deploys what was merged, after somebody approved what it changes.',
    start: (branch) => ({ trigger: { branches: { include: [branch] } } }),
    jobs: PIPELINES.deploy.jobs,
  },
  drift: {
    about: 'Looks every day for what somebody changed by hand, and keeps one report of it.',
    start: onSchedule(DRIFT_CRON, 'Drift'),
    jobs: PIPELINES.drift.jobs,
  },
  accounts: {
    about: 'Proposes several times a day what changed in the organization.',
    start: onSchedule(ACCOUNTS_CRON, 'Accounts'),
    jobs: PIPELINES.accounts.jobs,
  },
};

/** Pipelines of Azure DevOps, and the templates of their stages. */
export function azureDevOpsFiles(options: PipelineOptions): Files {
  const entries = (Object.keys(OCCASIONS) as Occasion[]).map((occasion): [string, string] => [
    `${FOLDER}/identity-${occasion}.yml`,
    entry(occasion, options),
  ]);
  return {
    ...Object.fromEntries(entries),
    [`${FOLDER}/identity-settings.yml`]: settingsTemplate(options.registry),
    [`${FOLDER}/identity-stage.yml`]: stageTemplate(),
    [`${FOLDER}/identity-steps.yml`]: stepsTemplate(options.registry),
  };
}

function entry(occasion: Occasion, options: PipelineOptions): string {
  const { estates, toolImage, runners, branch = DEPLOYED_BRANCH } = options;
  const { about, start, jobs } = OCCASIONS[occasion];
  const isDeployment = occasion === 'deploy';
  const [pool] = runners ?? [];
  const value = {
    parameters: isDeployment ? [askedParameter(estates)] : undefined,
    ...start(branch),
    pr: 'none',
    pool: pool === undefined ? { vmImage: 'ubuntu-24.04' } : { name: pool },
    stages: estates.flatMap((estate) => [
      {
        template: 'identity-settings.yml',
        parameters: {
          estate: estate.name,
          deployment: isDeployment ? '${{ parameters.estate }}' : undefined,
          image: toolImage,
        },
      },
      ...jobs.map((job) => ({
        template: 'identity-stage.yml',
        parameters: parametersOf(job, { estate, jobs, toolImage }),
      })),
    ]),
  };
  return yamlText({ comment: [MARK_LINE, about], value });
}

/** Choice of whoever runs the pipeline by hand. */
function askedParameter(estates: readonly PipelineEstate[]): Part {
  const names = estates.map(({ name }) => name).filter((name) => name !== TOUCHED);
  return {
    name: 'estate',
    displayName: `An estate, touched or not; or ${TOUCHED}, each that differs from what was deployed last of it`,
    type: 'string',
    default: TOUCHED,
    values: [TOUCHED, ...names],
  };
}

interface Among {
  readonly estate: PipelineEstate;
  readonly jobs: readonly Job[];
  readonly toolImage: string | undefined;
}

/** Name of the stage of a job. Names of stages have no hyphen. */
const stageOf = (job: string, { name }: PipelineEstate): string => `${job}_${name}`.replaceAll('-', '_');

function parametersOf(job: Job, { estate, jobs, toolImage }: Among): Part {
  const { id, name, minutes, environment, takes, leaves, usesDocker } = job;
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
    environment: environment && environmentOf(environment, estate),
    takes: takes.length === 0 ? undefined : takes.map((one) => `${one}-${estate.name}/**`).join('\n'),
    leaves: leaves?.name,
    ...connectionsOf(job, estate),
    image: usesDocker ? undefined : toolImage,
  };
}

function environmentOf(environment: 'preview' | 'deploy', estate: PipelineEstate): string {
  const { name, deployEnvironment = name, previewEnvironment = 'preview' } = estate;
  return environment === 'deploy' ? deployEnvironment : previewEnvironment;
}

/** A stage that had nothing to do holds up none. */
function conditionOf({ needs, afterFailure }: Job, estate: PipelineEstate): string | undefined {
  if (!afterFailure) return undefined;
  const [only, another] = needs;
  const waits =
    only === undefined || another !== undefined ? [] : [`ne(dependencies.${stageOf(only, estate)}.result, 'Skipped')`];
  return waits.length === 0 ? 'not(canceled())' : `and(not(canceled()), ${waits.join()})`;
}

/** Names of the connections whose tokens the steps of a job ask for; a job gets no other. */
function connectionsOf({ role, steps }: Job, { connections = {} }: PipelineEstate): Part {
  if (role === undefined) return {};
  const programs = new Set(steps.flatMap(({ program, readsState }) => [program, ...(readsState ? ['workforce'] : [])]));
  const uses: Readonly<Record<Truster, boolean>> = {
    aws: steps.some(({ aws }) => aws !== undefined),
    // Pulumi's state is there, whatever a program is about.
    workforce: programs.has('workforce') || programs.has('customers'),
    customers: programs.has('customers'),
  };
  const named = (['aws', 'workforce', 'customers'] as const)
    .filter((truster) => uses[truster])
    .map(
      (truster) =>
        [truster, (connections[truster] as Readonly<Record<string, string | undefined>> | undefined)?.[role]] as const,
    );
  return Object.fromEntries(named);
}
