import { PIPELINES } from '../../../deploy/ci/jobs';
import { type Pipeline, rightsOf } from '../../../deploy/ci/model';
import { SETTINGS_JOB, TOUCHED } from '../../../estate/sections/pipeline/deployments';
import { DEPLOYED_BRANCH } from '../../../estate/sections/pipeline/pipeline';
import { MARK_LINE } from '../mark';
import { ACTION, ACTION_FILE, CHECKOUT, expression, identityAction, withComments } from './github-action';
import { CHANGES_NOTHING, ESTATE_INPUT, eventsOf, IS_CLOSED, type Occasion, TITLES } from './github-events';
import { jobPart } from './github-job';
import { permissionsOf, secretsGiven, secretsTaken } from './github-rights';
import type { PipelineOptions } from './options';
import { type Part, yamlText } from './yaml-text';

/** Files of GitHub by their paths. */
type GitHubFiles = Readonly<Record<string, string>>;
type Machines = Pick<PipelineOptions, 'toolImage' | 'runners' | 'branch'>;

const OCCASIONS: readonly Occasion[] = ['preview', 'deploy', 'drift', 'accounts'];

/** Pipelines that an occasion runs for each estate. */
const RUNS: Readonly<Record<Occasion, readonly Pipeline[]>> = {
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

/** Machines of a job in a workflow that is called. An empty image is none (actions/runner). */
const ON_INPUTS: Part = {
  'runs-on': expression('fromJSON(inputs.runner)'),
  container: `${expression('inputs.image')} # zizmor: ignore[unpinned-images] the caller gives a digest`,
};

/** The reusable workflows, which this package's repository has, with the action that they use. */
export function reusableWorkflows(): GitHubFiles {
  const called = OCCASIONS.map((occasion): [string, string] => {
    const inputs = {
      ...(occasion === 'deploy' && { estate: ESTATE_INPUT }),
      ...(occasion !== 'preview' && { branch: BRANCH_INPUT }),
      ...MACHINES,
    };
    const on = { workflow_call: { inputs, secrets: secretsTaken(RUNS[occasion]) } };
    const given = { image: expression('inputs.image'), runner: expression('inputs.runner') };
    const jobs = estatesJobs(occasion, { settings: ON_INPUTS, given, onBranch: ON_BRANCH });
    return [`${FOLDER}/${occasionFile(occasion)}`, workflow({ ...TITLES[occasion], on, jobs })];
  });
  return { ...Object.fromEntries(called), ...estateWorkflows([], ON_INPUTS), [ACTION_FILE]: identityAction() };
}

/** Workflows of a team that call the reusable ones at a tag. */
export function callingWorkflows({ repository, tag }: Source, machines: Machines): GitHubFiles {
  const calling = OCCASIONS.map((occasion): [string, string] => {
    // The clouds trust these files at this tag.
    const note = '# zizmor: ignore[unpinned-uses] the tag that the estate names';
    const asked = occasion === 'deploy' ? { estate: expression(`inputs.estate || '${TOUCHED}'`) } : {};
    const { branch = DEPLOYED_BRANCH } = machines;
    const given = occasion === 'preview' || branch === DEPLOYED_BRANCH ? {} : { branch };
    const inputs = { ...asked, ...given, ...givenMachines(machines) };
    const identity = {
      name: 'Identity',
      permissions: permissionsOf(RUNS[occasion].flatMap(({ jobs }) => rightsOf(jobs))),
      uses: `${repository}/${FOLDER}/${occasionFile(occasion)}@${tag} ${note}`,
      with: Object.keys(inputs).length === 0 ? undefined : inputs,
      secrets: secretsGiven(RUNS[occasion]),
    };
    return [`${FOLDER}/${occasionFile(occasion)}`, teamWorkflow(occasion, machines, { identity })];
  });
  return { ...Object.fromEntries(calling), [ACTION_FILE]: identityAction() };
}

type Source = NonNullable<PipelineOptions['workflows']>;

/** Workflows of a team that stand by themselves. */
export function wholeWorkflows(machines: Machines): GitHubFiles {
  const { toolImage, runners } = machines;
  const settings = { 'runs-on': runners ?? 'ubuntu-24.04', container: toolImage };
  const whole = OCCASIONS.map((occasion): [string, string] => {
    const onBranch = `github.ref == 'refs/heads/${machines.branch ?? DEPLOYED_BRANCH}'`;
    const jobs = estatesJobs(occasion, { settings, given: {}, onBranch });
    return [`${FOLDER}/${occasionFile(occasion)}`, teamWorkflow(occasion, machines, jobs)];
  });
  return { ...Object.fromEntries(whole), ...estateWorkflows([MARK_LINE], settings), [ACTION_FILE]: identityAction() };
}

/** Inputs of a called workflow; none where all are as by default. */
const givenMachines = ({ toolImage, runners }: Machines): Part => ({
  ...(toolImage !== undefined && { image: toolImage }),
  ...(runners !== undefined && { runner: JSON.stringify(runners) }),
});

function teamWorkflow(occasion: Occasion, { branch = DEPLOYED_BRANCH }: Machines, jobs: Part): string {
  const { name, about } = TITLES[occasion];
  // What changes nothing stops nothing.
  const group = `identity-preview-\${{ (${CHANGES_NOTHING}) && github.run_id || github.event.pull_request.number || github.ref }}`;
  const concurrency = occasion === 'preview' ? { group, 'cancel-in-progress': true } : undefined;
  const parts = { on: eventsOf(branch)[occasion], concurrency, jobs };
  return workflow({ name: `Identity: ${name.toLowerCase()}`, about, mark: [MARK_LINE], ...parts });
}

function estateWorkflows(mark: readonly string[], machine: Part): GitHubFiles {
  return Object.fromEntries(
    Object.values(PIPELINES).map((pipeline: Pipeline) => {
      const text = { required: true, type: 'string' };
      const inputs = {
        estate: text,
        settings: { description: 'What `entra-aws ci settings` found.', ...text },
        ...(machine === ON_INPUTS && MACHINES),
      };
      const on = { workflow_call: { inputs, secrets: secretsTaken([pipeline]) } };
      const occasion = pipeline.occasion === 'entra' ? 'preview' : pipeline.occasion;
      const about = `One estate's part of ${occasionFile(occasion)}.`;
      const jobs = Object.fromEntries(pipeline.jobs.map((job) => [job.id, jobPart(job, machine)]));
      const text_ = workflow({ name: `Estate: ${pipeline.occasion}`, about, mark, on, jobs });
      return [`${FOLDER}/${estateFile(pipeline)}`, text_];
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

interface Called {
  /** Machines of the job that finds the estates. */
  readonly settings: Part;
  /** Inputs with those of the jobs of an estate. */
  readonly given: Part;
  /** Condition that a run is of the branch that is deployed. */
  readonly onBranch: string;
}

/** The same where the caller says which branch it is. */
const ON_BRANCH = "github.ref == format('refs/heads/{0}', inputs.branch)";
const BRANCH_INPUT = { description: 'Branch that is deployed.', type: 'string', default: DEPLOYED_BRANCH } as const;

/** Finds the estates that a run is for, and runs the jobs of each. */
function estatesJobs(occasion: Occasion, called: Called): Part {
  const isPreview = occasion === 'preview';
  const [main, reviewed] = RUNS[occasion];
  const isDeployment = occasion === 'deploy';
  const asked = { DEPLOYMENT: expression(`inputs.estate || '${TOUCHED}'`), GITHUB_TOKEN: expression('github.token') };
  const command = `npx --no-install entra-aws ci settings${isDeployment ? ' --deployment "$DEPLOYMENT"' : ''}`;
  return {
    settings: {
      name: SETTINGS_JOB,
      if: isPreview ? expression(`!(${CHANGES_NOTHING} || ${IS_CLOSED})`) : called.onBranch,
      ...called.settings,
      'timeout-minutes': 15,
      // The runs of the workflow say what was deployed last.
      permissions: permissionsOf(isDeployment ? ['runs'] : []),
      outputs: { estates: expression('steps.read.outputs.estates') },
      steps: [CHECKOUT, { uses: ACTION }, { id: 'read', run: command, env: isDeployment ? asked : undefined }],
    },
    ...(main && { estate: estatesPart(main, occasion, called) }),
    ...(reviewed && { entra: estatesPart(reviewed, occasion, called) }),
    ...(isPreview && { result: resultPart(called.settings['runs-on']) }),
  };
}

function estatesPart(pipeline: Pipeline, occasion: Occasion, { given }: Called): Part {
  const some = "needs.settings.outputs.estates != '[]'";
  const isReviewed = pipeline.occasion === 'entra';
  return {
    name: expression('matrix.estate.name'),
    // What waits for a reviewer is not waited for.
    needs: isReviewed ? ['settings', 'estate'] : ['settings'],
    if: isReviewed ? expression(`!cancelled() && needs.settings.result == 'success' && ${some}`) : some,
    strategy: { 'fail-fast': false, matrix: { estate: expression('fromJSON(needs.settings.outputs.estates)') } },
    // One after the other; of those that wait, the newest.
    concurrency:
      occasion === 'preview'
        ? undefined
        : { group: `identity-${occasion}-\${{ matrix.estate.name }}`, 'cancel-in-progress': false },
    permissions: permissionsOf(rightsOf(pipeline.jobs)),
    uses: `./${FOLDER}/${estateFile(pipeline)}`,
    with: { estate: expression('matrix.estate.name'), settings: expression('toJSON(matrix.estate)'), ...given },
    secrets: secretsGiven([pipeline]),
  };
}

const NOTHING_TO_SAY = `${CHANGES_NOTHING} || ${IS_CLOSED}`;

/**
 * The check that rules of a branch require: it reports also where no estate is touched. An event that changes nothing must not
 * take the place of what an earlier one found, and so has another name.
 */
const resultPart = (runsOn: unknown): Part => ({
  name: expression(`(${NOTHING_TO_SAY}) && 'Nothing to do' || 'Result'`),
  needs: ['settings', 'estate'],
  if: 'always()',
  'runs-on': runsOn,
  'timeout-minutes': 5,
  permissions: {},
  steps: [
    {
      name: 'Every estate passed',
      if: `!(${NOTHING_TO_SAY}) && (needs.settings.result != 'success' || (needs.estate.result != 'success' && needs.estate.result != 'skipped'))`,
      run: 'exit 1',
    },
  ],
});
