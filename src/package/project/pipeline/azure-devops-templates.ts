import { APPROVAL } from '../../../deploy/ci/jobs';
import { PLAN_FOLDER } from '../../../deploy/ci/model';
import { SETTINGS_JOB } from '../../../estate/sections/pipeline/deployments';
import { NPM_TOKEN } from '../../../estate/sections/pipeline/limits';
import { MARK_LINE } from '../mark';
import { AZURE_INSTALL, ci, RUN } from './commands';
import type { Registry } from './options';
import { NODE_VERSION } from './versions';
import { type Part, yamlText } from './yaml-text';

/** The token of the job, which steps get only where they name it. */
const TOKEN = { SYSTEM_ACCESSTOKEN: '$(System.AccessToken)' };

const parameter = (name: string): string => `\${{ parameters.${name} }}`;
/** Names of stages and jobs have no hyphen. */
const plain = (name: string): string => `\${{ replace(parameters.${name}, '-', '_') }}`;
/** Leaves something out unless a parameter is given: a connection that is not there makes the file invalid. */
const given = (name: string, part: unknown): Part => ({ [`\${{ if ne(parameters.${name}, '') }}`]: part });

const text = (name: string, value?: string): Part => ({ name, type: 'string', default: value });
const CONTAINER = given('image', { container: parameter('image') });

/** Nothing runs after a failed installation, and nothing is kept. */
const installs = (registry: Registry | undefined): readonly Part[] => [
  { checkout: 'self', fetchDepth: 0, persistCredentials: 'false' },
  { task: 'NodeTool@0', displayName: 'Node', inputs: { versionSpec: `${NODE_VERSION}.x` } },
  {
    bash: `${AZURE_INSTALL} && echo "##vso[task.setvariable variable=INSTALLED]true"`,
    displayName: 'Install',
    env: registry && { [NPM_TOKEN]: `$(${registry.tokenSecret})` },
  },
];

/** The stage that finds the jobs of an estate that have something to do. */
export function settingsTemplate(registry: Registry | undefined): string {
  const stage = {
    stage: `settings_${plain('estate')}`,
    displayName: `${SETTINGS_JOB}: ${parameter('estate')}`,
    dependsOn: [],
    jobs: [
      {
        job: 'settings',
        displayName: SETTINGS_JOB,
        timeoutInMinutes: 15,
        ...CONTAINER,
        variables: { ESTATE: parameter('estate'), DEPLOYMENT: parameter('deployment') },
        steps: [
          ...installs(registry),
          {
            bash: ci('settings --estate "$ESTATE" ${DEPLOYMENT:+--deployment "$DEPLOYMENT"}'),
            name: 'settings',
            displayName: 'Find the jobs of the estate',
            env: TOKEN,
          },
        ],
      },
    ],
  };
  const parameters = [text('estate'), text('deployment', ''), text('image', '')];
  return yamlText({ comment: [MARK_LINE, 'Finds what a run is for.'], value: { parameters, stages: [stage] } });
}

/** Lets the job use a connection: its token is asked for by the connection's id, and the job must name it. */
const CONNECTIONS: readonly Part[] = [
  given('aws', [
    {
      task: 'AWSShellScript@1',
      displayName: 'Name the connection to AWS',
      inputs: { awsCredentials: parameter('aws'), regionName: 'us-east-1', scriptType: 'inline', inlineScript: 'true' },
    },
  ]),
  ...['workforce', 'customers'].map((directory) =>
    given(directory, [
      {
        task: 'AzureCLI@2',
        displayName: `Name the connection to the directory: ${directory}`,
        inputs: {
          azureSubscription: parameter(directory),
          scriptType: 'bash',
          scriptLocation: 'inlineScript',
          visibleAzLogin: false,
          inlineScript: 'true',
        },
      },
    ]),
  ),
];

/** Condition that keeps the files of a job that failed, too. */
const KEPT = "and(not(canceled()), eq(variables['INSTALLED'], 'true'))";

const LEAVE: readonly Part[] = [
  given('leaves', [
    {
      publish: `$(System.DefaultWorkingDirectory)/${PLAN_FOLDER}`,
      artifact: `${parameter('leaves')}-${parameter('estate')}`,
      displayName: 'Keep the files',
      condition: KEPT,
    },
  ]),
];

/** Takes files of jobs that were run; of one that was not there is none. */
const TAKE = given('takes', [
  {
    task: 'DownloadPipelineArtifact@2',
    displayName: 'Take the files of jobs before',
    inputs: { itemPattern: parameter('takes'), targetPath: '$(Pipeline.Workspace)/taken' },
  },
  {
    bash: `mkdir -p ${PLAN_FOLDER} "$PIPELINE_WORKSPACE/taken" && find "$PIPELINE_WORKSPACE/taken" -mindepth 1 -maxdepth 1 -type d -exec cp -R {}/. ${PLAN_FOLDER} ';'`,
    displayName: 'Put them together',
  },
]);

/** Parameters that the steps of a job depend on. */
const OF_STEPS = ['estate', 'job', 'name', 'takes', 'leaves', 'aws', 'workforce', 'customers'] as const;

/** The steps of a job. */
export function stepsTemplate(registry: Registry | undefined): string {
  const steps: readonly Part[] = [
    ...installs(registry),
    TAKE,
    {
      // The command that finds the last deployment knows the step by its name.
      "${{ if eq(parameters.job, 'deploy') }}": [
        { bash: ci(`${APPROVAL.id} --estate "$ESTATE"`), displayName: APPROVAL.name, env: TOKEN },
      ],
    },
    ...CONNECTIONS,
    { bash: RUN, displayName: parameter('name'), env: TOKEN },
    ...LEAVE,
  ];
  const parameters = OF_STEPS.map((name) => text(name));
  return yamlText({ comment: [MARK_LINE, 'The steps of a job.'], value: { parameters, steps } });
}

/** A job is a stage: approvals belong to stages. */
export function stageTemplate(): string {
  const job = {
    displayName: `${parameter('name')} ${parameter('estate')}`,
    timeoutInMinutes: parameter('minutes'),
    ...CONTAINER,
    variables: { ESTATE: parameter('estate'), JOB: parameter('job') },
  };
  const id = plain('job');
  const called = Object.fromEntries(OF_STEPS.map((name) => [name, parameter(name)]));
  const steps = { template: 'identity-steps.yml', parameters: called };
  const deployment = {
    deployment: id,
    ...job,
    environment: parameter('environment'),
    strategy: { runOnce: { deploy: { steps: [{ download: 'none' }, steps] } } },
  };
  const jobs =
    "contains(dependencies.settings_${{ replace(parameters.estate, '-', '_') }}.outputs['settings.settings.JOBS'], ',${{ parameters.job }},')";
  const stage = {
    stage: `${id}_${plain('estate')}`,
    displayName: `${parameter('name')}: ${parameter('estate')}`,
    dependsOn: parameter('needs'),
    condition: `and(${parameter('condition')}, ${jobs})`,
    "${{ if eq(parameters.job, 'deploy') }}": { lockBehavior: 'sequential' },
    jobs: [
      { "${{ if eq(parameters.environment, '') }}": [{ job: id, ...job, steps: [steps] }] },
      given('environment', [deployment]),
    ],
  };
  const optional = ['environment', 'takes', 'leaves', 'aws', 'workforce', 'customers', 'image'];
  const parameters = [
    ...['estate', 'job', 'name'].map((name) => text(name)),
    // A stage that had nothing to do holds up none.
    text('condition', 'not(or(failed(), canceled()))'),
    { name: 'needs', type: 'object' },
    { name: 'minutes', type: 'number' },
    ...optional.map((name) => text(name, '')),
  ];
  return yamlText({ comment: [MARK_LINE, 'A job of an estate.'], value: { parameters, stages: [stage] } });
}
