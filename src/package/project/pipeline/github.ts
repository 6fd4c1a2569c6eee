import { PIPELINES } from '../../../deploy/ci/jobs';
import { type Pipeline, rightsOf } from '../../../deploy/ci/model';
import { SETTINGS_JOB, TOUCHED } from '../../../estate/sections/pipeline/deployments';
import { NPM_TOKEN } from '../../../estate/sections/pipeline/limits';
import { DEPLOYED_BRANCH } from '../../../estate/sections/pipeline/pipeline';
import { MARK_LINE } from '../mark';
import { ci } from './commands';
import { ACTION, ACTION_FILE, CHECKOUT, expression, identityAction, withComments } from './github-action';
import { CHANGES_NOTHING, ESTATE_INPUT, eventsOf, IS_CLOSED, type Occasion, TITLES } from './github-events';
import { jobPart } from './github-job';
import { npmTokenOf, permissionsOf, secretsGiven, secretsOf, secretsTaken } from './github-rights';
import type { PipelineOptions } from './options';
import { type Part, yamlText } from './yaml-text';

/** Files of GitHub by their paths. */
type GitHubFiles = Readonly<Record<string, string>>;
type Machines = Pick<PipelineOptions, 'toolImage' | 'runners' | 'branch' | 'registry'>;
type Source = NonNullable<PipelineOptions['workflows']>;

/** Pipelines that an occasion runs for each estate. */
const RUNS: Readonly<Record<Occasion, readonly [main: Pipeline, reviewed?: Pipeline]>> = {
  preview: [PIPELINES.preview, PIPELINES.entra],
  deploy: [PIPELINES.deploy],
  drift: [PIPELINES.drift],
  accounts: [PIPELINES.accounts],
};

const FOLDER = '.github/workflows';
const estateFile = ({ occasion }: Pipeline): string => `identity-${occasion}-estate.yaml`;
const occasionFile = (occasion: Occasion): string => `identity-${occasion}.yaml`;

/** Inputs by which the machines of a workflow are chosen. */
const MACHINES = {
  image: { description: 'Image of the jobs.', type: 'string', default: '' },
  runner: { description: 'Labels of the runners, as JSON.', type: 'string', default: '"ubuntu-24.04"' },
} as const;
const BRANCH_INPUT = { description: 'Branch that is deployed.', type: 'string', default: DEPLOYED_BRANCH } as const;

/** Workflows that find the estates of a run and run their jobs. */
interface Whole {
  /** Lines at the top of files that are a team's. */
  readonly mark: readonly string[];
  readonly machine: Part;
  /** Inputs by which a caller chooses the machines, and the same as they are handed on. */
  readonly inputs: Part;
  readonly given: Part;
  /** Condition that a run is of the branch that is deployed. */
  readonly onBranch: string;
  /** Secret with the token of a private registry. */
  readonly npmSecret: string | undefined;
}

/** In a workflow that is called, all of it is an input. An empty image is none (actions/runner). */
const ON_INPUTS: Whole = {
  mark: [],
  machine: {
    'runs-on': expression('fromJSON(inputs.runner)'),
    container: `${expression('inputs.image')} # zizmor: ignore[unpinned-images] the caller gives a digest`,
  },
  inputs: MACHINES,
  given: { image: expression('inputs.image'), runner: expression('inputs.runner') },
  onBranch: "github.ref == format('refs/heads/{0}', inputs.branch)",
  npmSecret: NPM_TOKEN,
};

/** The reusable workflows, which this package's repository has, with the action that they use. */
export function reusableWorkflows(): GitHubFiles {
  const called = (occasion: Occasion): string => {
    const inputs = {
      ...(occasion === 'deploy' && { estate: ESTATE_INPUT }),
      ...(occasion !== 'preview' && { branch: BRANCH_INPUT }),
      ...MACHINES,
    };
    const on = {
      workflow_call: { inputs, secrets: secretsTaken(secretsOf(RUNS[occasion].filter(isGiven), NPM_TOKEN)) },
    };
    return workflow({ ...TITLES[occasion], on, jobs: estatesJobs(occasion, ON_INPUTS) });
  };
  return filesOf(called, estateWorkflows(ON_INPUTS));
}

/** Workflows of a team that stand by themselves. */
export function wholeWorkflows(machines: Machines): GitHubFiles {
  const { toolImage, runners, branch = DEPLOYED_BRANCH, registry } = machines;
  const whole: Whole = {
    mark: [MARK_LINE],
    machine: { 'runs-on': runners ?? 'ubuntu-24.04', container: toolImage },
    inputs: {},
    given: {},
    onBranch: `github.ref == 'refs/heads/${branch}'`,
    npmSecret: registry?.tokenSecret,
  };
  const team = (occasion: Occasion): string => teamWorkflow(occasion, machines, estatesJobs(occasion, whole));
  return filesOf(team, estateWorkflows(whole));
}

/** Workflows of a team that call the reusable ones at a tag, which the clouds trust. */
export function callingWorkflows({ repository, tag }: Source, machines: Machines): GitHubFiles {
  const note = '# zizmor: ignore[unpinned-uses] the tag that the estate names';
  const calling = (occasion: Occasion): string => {
    const pipelines = RUNS[occasion].filter(isGiven);
    const identity = {
      name: 'Identity',
      permissions: permissionsOf(pipelines.flatMap(({ jobs }) => rightsOf(jobs))),
      uses: `${repository}/${FOLDER}/${occasionFile(occasion)}@${tag} ${note}`,
      with: inputsOf(occasion, machines),
      secrets: secretsGiven(secretsOf(pipelines, machines.registry?.tokenSecret)),
    };
    return teamWorkflow(occasion, machines, { identity });
  };
  return filesOf(calling, {});
}

/** Inputs of a called workflow; none where all are as by default. */
function inputsOf(occasion: Occasion, { toolImage, runners, branch = DEPLOYED_BRANCH }: Machines): Part | undefined {
  const inputs = {
    ...(occasion === 'deploy' && { estate: expression(`inputs.estate || '${TOUCHED}'`) }),
    ...(occasion !== 'preview' && branch !== DEPLOYED_BRANCH && { branch }),
    ...(toolImage !== undefined && { image: toolImage }),
    ...(runners !== undefined && { runner: JSON.stringify(runners) }),
  };
  return Object.keys(inputs).length === 0 ? undefined : inputs;
}

function filesOf(write: (occasion: Occasion) => string, others: GitHubFiles): GitHubFiles {
  const occasions = Object.keys(RUNS) as Occasion[];
  const written = occasions.map((occasion) => [`${FOLDER}/${occasionFile(occasion)}`, write(occasion)]);
  return { ...(Object.fromEntries(written) as GitHubFiles), ...others, [ACTION_FILE]: identityAction() };
}

const isGiven = <T>(one: T | undefined): one is T => one !== undefined;

function teamWorkflow(occasion: Occasion, { branch = DEPLOYED_BRANCH }: Machines, jobs: Part): string {
  const { name, about } = TITLES[occasion];
  // What changes nothing stops nothing.
  const group = `identity-preview-\${{ (${CHANGES_NOTHING}) && github.run_id || github.event.pull_request.number || github.ref }}`;
  const concurrency = occasion === 'preview' ? { group, 'cancel-in-progress': true } : undefined;
  const parts = { on: eventsOf(branch)[occasion], concurrency, jobs };
  return workflow({ name: `Identity: ${name.toLowerCase()}`, about, mark: [MARK_LINE], ...parts });
}

/** The jobs of one estate, a file for each pipeline. */
function estateWorkflows({ mark, machine, inputs, npmSecret }: Whole): GitHubFiles {
  const text = { required: true, type: 'string' };
  const settings = { description: 'What `entra-aws ci settings` found.', ...text };
  const called = npmSecret === undefined ? undefined : NPM_TOKEN;
  return Object.fromEntries(
    Object.values(PIPELINES).map((pipeline: Pipeline) => {
      const secrets = secretsTaken(secretsOf([pipeline], called));
      const occasion = pipeline.occasion === 'entra' ? 'preview' : pipeline.occasion;
      const written = workflow({
        name: `Estate: ${pipeline.occasion}`,
        about: `One estate's part of ${occasionFile(occasion)}.`,
        mark,
        on: { workflow_call: { inputs: { estate: text, settings, ...inputs }, secrets } },
        jobs: Object.fromEntries(pipeline.jobs.map((job) => [job.id, jobPart(job, machine, called)])),
      });
      return [`${FOLDER}/${estateFile(pipeline)}`, written];
    }),
  );
}

interface WorkflowParts {
  readonly name: string;
  readonly about: string;
  readonly mark?: readonly string[];
  readonly on: Part;
  readonly concurrency?: Part | undefined;
  readonly jobs: Part;
}

function workflow({ name, about, mark = [], on, concurrency, jobs }: WorkflowParts): string {
  const value = { name, on, permissions: {}, concurrency, jobs };
  const text = yamlText({ comment: [...mark, about], value, apart: ['jobs'] });
  return withComments(text).replaceAll(/^(\s+\w+): null$/gm, '$1:');
}

/** Finds the estates that a run is for, and runs the jobs of each. */
function estatesJobs(occasion: Occasion, whole: Whole): Part {
  const [main, reviewed] = RUNS[occasion];
  const isDeployment = occasion === 'deploy';
  const asked = { DEPLOYMENT: expression(`inputs.estate || '${TOUCHED}'`), GITHUB_TOKEN: expression('github.token') };
  const command = ci(`settings${isDeployment ? ' --deployment "$DEPLOYMENT"' : ''}`);
  return {
    settings: {
      name: SETTINGS_JOB,
      if: occasion === 'preview' ? expression(`!(${NOTHING_TO_SAY})`) : whole.onBranch,
      ...whole.machine,
      'timeout-minutes': 15,
      // The runs of the workflow say what was deployed last.
      permissions: permissionsOf(isDeployment ? ['runs'] : []),
      outputs: { estates: expression('steps.read.outputs.estates') },
      steps: [
        CHECKOUT,
        { uses: ACTION, with: npmTokenOf(whole.npmSecret) },
        { id: 'read', run: command, env: isDeployment ? asked : undefined },
      ],
    },
    estate: estatesPart(main, occasion, whole),
    ...(reviewed && {
      entra: estatesPart(reviewed, occasion, whole),
      result: resultPart(whole.machine['runs-on']),
    }),
  };
}

function estatesPart(pipeline: Pipeline, occasion: Occasion, { given, npmSecret }: Whole): Part {
  const some = "needs.settings.outputs.estates != '[]'";
  const isReviewed = pipeline.occasion === 'entra';
  // One after the other; of those that wait, the newest.
  const group = { group: `identity-${occasion}-\${{ matrix.estate.name }}`, 'cancel-in-progress': false };
  return {
    name: expression('matrix.estate.name'),
    needs: isReviewed ? ['settings', 'estate'] : ['settings'],
    if: isReviewed ? expression(`!cancelled() && needs.settings.result == 'success' && ${some}`) : some,
    strategy: { 'fail-fast': false, matrix: { estate: expression('fromJSON(needs.settings.outputs.estates)') } },
    concurrency: occasion === 'preview' ? undefined : group,
    permissions: permissionsOf(rightsOf(pipeline.jobs)),
    uses: `./${FOLDER}/${estateFile(pipeline)}`,
    with: { estate: expression('matrix.estate.name'), settings: expression('toJSON(matrix.estate)'), ...given },
    secrets: secretsGiven(secretsOf([pipeline], npmSecret)),
  };
}

const NOTHING_TO_SAY = `${CHANGES_NOTHING} || ${IS_CLOSED}`;

/**
 * The check that rules of a branch require: it reports also where no estate is touched, and waits until somebody has let Pulumi
 * be asked, or has not. An event that changes nothing must not take the place of what an earlier one found, and so has another
 * name.
 */
const resultPart = (runsOn: unknown): Part => ({
  name: expression(`(${NOTHING_TO_SAY}) && 'Nothing to do' || 'Result'`),
  needs: ['settings', 'estate', 'entra'],
  if: 'always()',
  'runs-on': runsOn,
  'timeout-minutes': 5,
  permissions: {},
  steps: [
    {
      name: 'Every estate passed',
      if: `!(${NOTHING_TO_SAY}) && (contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled'))`,
      run: 'exit 1',
    },
  ],
});
