import { DEPLOYED_BRANCH } from '../../../estate/sections/pipeline/pipeline';
import type { Files } from '../files';
import { SETTINGS_JOB, TOUCHED } from '../../../estate/sections/pipeline/deployments';
import { MARK_LINE } from '../mark';
import { azureSteps, ESTATE, installSteps, type Part } from './azure-devops-steps';
import { ACCOUNTS_CRON } from './github-events';
import { PIPELINES } from './jobs';
import { type Job, publishes } from './model';
import type { PipelineEstate, Truster } from './options';
import { yamlText } from './yaml-text';

const FOLDER = 'azure-pipelines';

type Occasion = 'preview' | 'entra' | 'deploy' | 'drift' | 'accounts';

const [OFFLINE, ASKS_CDK] = PIPELINES.preview.jobs;

/**
 * Pipelines of Azure DevOps. A policy of the branch waits for a whole pipeline, so what takes a reviewer is one of its own; it
 * makes again what its comment begins with.
 */
const OCCASIONS: Readonly<
  Record<Occasion, { readonly about: string; readonly start: Part; readonly jobs: readonly Job[] }>
> = {
  preview: {
    about: 'What a pull request changes, before anybody completes it: a required build of the branch policy.',
    start: { trigger: 'none' },
    jobs: PIPELINES.preview.jobs,
  },
  entra: {
    about:
      'What a pull request changes in what Pulumi deployed, once somebody allows it: an optional build of the branch policy.',
    start: { trigger: 'none' },
    jobs: [OFFLINE, ASKS_CDK, ...PIPELINES.entra.jobs].filter((job) => job !== undefined),
  },
  deploy: {
    about: 'Deploys what was merged, after somebody approved what it changes.',
    start: { trigger: { branches: { include: [DEPLOYED_BRANCH] } } },
    jobs: PIPELINES.deploy.jobs,
  },
  drift: {
    about: 'Looks every day for what somebody changed by hand, and keeps one report of it.',
    start: {
      trigger: 'none',
      schedules: [
        { cron: '17 5 * * *', displayName: 'Drift', branches: { include: [DEPLOYED_BRANCH] }, always: 'true' },
      ],
    },
    jobs: PIPELINES.drift.jobs,
  },
  accounts: {
    about: 'Proposes several times a day what changed in the organization.',
    start: {
      trigger: 'none',
      schedules: [
        { cron: ACCOUNTS_CRON, displayName: 'Accounts', branches: { include: [DEPLOYED_BRANCH] }, always: 'true' },
      ],
    },
    jobs: PIPELINES.accounts.jobs,
  },
};

/** Pipelines of Azure DevOps, with a template each that has the stages of one estate. */
export function azureDevOpsFiles(estates: readonly PipelineEstate[], image: string): Files {
  return Object.fromEntries(
    (Object.keys(OCCASIONS) as Occasion[]).flatMap((occasion) => [
      [`${FOLDER}/identity-${occasion}.yml`, entry(occasion, estates, image)],
      [`${FOLDER}/${templateOf(occasion)}`, template(occasion)],
    ]),
  );
}

const templateOf = (occasion: Occasion): string => `identity-${occasion}-estate.yml`;

function entry(occasion: Occasion, estates: readonly PipelineEstate[], image: string): string {
  const { about, start } = OCCASIONS[occasion];
  const asked = occasion === 'deploy' ? { deployment: '${{ parameters.estate }}' } : {};
  return yamlText({
    comment: [MARK_LINE, about],
    value: {
      parameters: occasion === 'deploy' ? [askedParameter(estates)] : undefined,
      ...start,
      pr: 'none',
      pool: { vmImage: 'ubuntu-24.04' },
      stages: estates.map((estate) => ({
        template: templateOf(occasion),
        parameters: { ...parametersOf(occasion, estate, image), ...asked },
      })),
    },
    apart: [],
  });
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

function parametersOf(occasion: Occasion, estate: PipelineEstate, image: string): Part {
  const { name, deployEnvironment = name, previewEnvironment = 'preview', connections = {} } = estate;
  return {
    estate: name,
    deployEnvironment,
    previewEnvironment,
    ...Object.fromEntries(
      TRUSTERS.flatMap((truster) =>
        ROLES.map((role) => [parameterOf(truster, role), connections[truster]?.[role] ?? '']),
      ),
    ),
    ...(publishesImages(occasion) && { [PUBLISH]: connections.aws?.publish ?? '' }),
    ...(image !== '' && { image }),
  };
}

const TRUSTERS: readonly Truster[] = ['aws', 'workforce', 'customers'];
const ROLES = ['preview', 'deploy'] as const;
/** Parameter with the name of the service connection that publishes images. */
const PUBLISH = 'awsPublish';
const publishesImages = (occasion: Occasion): boolean => OCCASIONS[occasion].jobs.some(publishes);
type ConnectionRole = (typeof ROLES)[number];

/** Parameter with the name of a service connection: `awsPreview`. */
function parameterOf(truster: Truster, role: ConnectionRole): string {
  return `${truster}${role === 'preview' ? 'Preview' : 'Deploy'}`;
}

function template(occasion: Occasion): string {
  const { jobs } = OCCASIONS[occasion];
  const names = [
    ...['estate', 'deployEnvironment', 'previewEnvironment'],
    ...TRUSTERS.flatMap((truster) => ROLES.map((role) => parameterOf(truster, role))),
    ...(publishesImages(occasion) ? [PUBLISH] : []),
  ];
  return yamlText({
    comment: [MARK_LINE, `The stages of one estate in identity-${occasion}.yml.`],
    value: {
      parameters: [
        ...names.map((name) => ({ name, type: 'string' })),
        ...(occasion === 'deploy' ? [{ name: 'deployment', type: 'string' }] : []),
        // Image with all tools, by its digest.
        { name: 'image', type: 'string', default: '' },
      ],
      stages: [
        ...(occasion === 'deploy' ? [TOUCHED_STAGE] : []),
        ...jobs.map((job) => stage(job, { jobs, isChosen: occasion === 'deploy' })),
      ],
    },
    apart: [],
  });
}

const CONTAINER = { "${{ if ne(parameters.image, '') }}": { container: '${{ parameters.image }}' } };

/** Name of the stage of a job. Names of stages have no hyphen. */
function stageOf(job: string): string {
  return `${job.replaceAll('-', '_')}_\${{ replace(parameters.estate, '-', '_') }}`;
}

/** A job is a stage: approvals belong to stages. */
function stage(job: Job, { jobs, isChosen }: Among): Part {
  const { id, name, environment } = job;
  const asked = environment === undefined ? undefined : settingsOf(job, jobs);
  // A stage with an approval depends on one that is left out with the others.
  const chosen = isChosen && asked === undefined ? [TOUCHED_JOB] : [];
  const needs = [...new Set([...job.needs, ...(asked === undefined ? [] : [asked]), ...chosen])];
  return {
    stage: stageOf(id),
    displayName: `${name}: ${ESTATE}`,
    dependsOn: needs.map(stageOf),
    condition: chosen.length === 0 ? stageCondition(job, asked) : chosenCondition(job),
    lockBehavior: environment === 'deploy' ? 'sequential' : undefined,
    jobs: [jobPart(job)],
  };
}

interface Among {
  readonly jobs: readonly Job[];
  /** True if the stages are for estates that a deployment chose. */
  readonly isChosen: boolean;
}

const TOUCHED_JOB = 'touched';

/** The stage that finds whether the deployment is for the estate. */
const TOUCHED_STAGE: Part = {
  stage: stageOf(TOUCHED_JOB),
  displayName: `${SETTINGS_JOB}: ${ESTATE}`,
  dependsOn: [],
  jobs: [
    {
      job: TOUCHED_JOB,
      displayName: SETTINGS_JOB,
      timeoutInMinutes: 15,
      ...CONTAINER,
      variables: [
        { name: 'ESTATE', value: ESTATE },
        { name: 'DEPLOYMENT', value: '${{ parameters.deployment }}' },
      ],
      steps: installSteps(' --deployment "$DEPLOYMENT"'),
    },
  ],
};

/** Condition of a stage that is left out where nothing touched the estate. */
function chosenCondition({ afterFailure }: Job): string {
  const said = `dependencies.${stageOf(TOUCHED_JOB)}.outputs['${TOUCHED_JOB}.settings.TOUCHED']`;
  return `and(${afterFailure ? 'not(canceled())' : 'succeeded()'}, eq(${said}, 'true'))`;
}

/** The job whose settings say whether an approval is worth asking for: one that comes before. */
function settingsOf({ needs }: Job, jobs: readonly Job[]): string | undefined {
  return needs[0] ?? jobs[0]?.id;
}

function stageCondition({ afterFailure, when, needs }: Job, asked: string | undefined): string | undefined {
  if (asked !== undefined && when !== undefined) {
    const said = `dependencies.${stageOf(asked)}.outputs['${asked.replaceAll('-', '_')}.settings.${when}']`;
    return `and(${needs.length === 0 ? 'not(canceled())' : 'succeeded()'}, eq(${said}, 'true'))`;
  }
  return afterFailure ? 'not(canceled())' : undefined;
}

function jobPart(job: Job): Part {
  const { id, name, namesEstate, minutes, environment, usesDocker, steps } = job;
  const all = [...installSteps(), ...steps.flatMap((step) => azureSteps(step, job))];
  const parts = {
    displayName: namesEstate ? `${name} ${ESTATE}` : name,
    timeoutInMinutes: minutes,
    ...(!usesDocker && CONTAINER),
    variables: [{ name: 'ESTATE', value: ESTATE }],
  };
  if (environment === undefined) return { job: id.replaceAll('-', '_'), ...parts, steps: all };
  return {
    deployment: id.replaceAll('-', '_'),
    ...parts,
    environment: `\${{ parameters.${environment}Environment }}`,
    strategy: { runOnce: { deploy: { steps: [{ download: 'none' }, ...all] } } },
  };
}
