import { JOBS, PIPELINES } from '../../../deploy/ci/jobs';
import { type Job, type Pipeline, PROPOSAL_SECRET, type Right, rightsOf } from '../../../deploy/ci/model';
import { ALLOWING_LABEL, MASS_CHANGE_LABEL } from '../../../estate/sections/pipeline/change-limits';
import { DEFAULT_BRANCH, NPM_TOKEN, TOUCHED } from '../../../estate/sections/pipeline/limits';
import type { Files } from '../files';
import { MARK_LINE } from '../mark';
import { ci } from './commands';
import { ABOUT, ASKED_ESTATE, CRON, type Occasion, type PipelineOptions } from './options';
import { flow, fromTemplate, staticFile } from './yaml-template';

type Machines = Pick<PipelineOptions, 'toolImage' | 'runners' | 'branch' | 'registry'>;
type Values = Readonly<Record<string, unknown>>;

/** Pipelines that an occasion runs for each estate. */
const RUNS: Readonly<Record<Occasion, readonly Pipeline[]>> = {
  preview: [PIPELINES.preview, PIPELINES.entra],
  deploy: [PIPELINES.deploy],
  drift: [PIPELINES.drift],
  watch: [PIPELINES.watch],
  accounts: [PIPELINES.accounts],
};
const OCCASIONS = Object.keys(RUNS) as readonly Occasion[];

const FOLDER = '.github/workflows';
const estateFile = ({ occasion }: Pipeline): string => `identity-${occasion}-estate.yaml`;
const occasionFile = (occasion: Occasion): string => `identity-${occasion}.yaml`;
const expression = (text: string): string => `\${{ ${text} }}`;

/** Events of a pull request that change nothing of its preview: another label, or another title. */
export const CHANGES_NOTHING = `(github.event.label && !contains(fromJSON('${JSON.stringify([ALLOWING_LABEL, MASS_CHANGE_LABEL])}'), github.event.label.name)) || (github.event.action == 'edited' && !github.event.changes.base)`;
const NOTHING_TO_SAY = `${CHANGES_NOTHING} || github.event.action == 'closed'`;
const ESTATE_INPUT = { description: ASKED_ESTATE, type: 'string', default: TOUCHED };
const MACHINE_INPUTS = {
  image: { description: 'Image of the jobs.', type: 'string', default: '' },
  runner: { description: 'Labels of the runners, as JSON.', type: 'string', default: '"ubuntu-24.04"' },
};

/** A set of workflows: that of a team, or the reusable ones, in which an input says what differs between teams. */
interface Style {
  readonly comment: readonly string[];
  readonly runsOn: string | readonly string[];
  /** The image of the jobs; an empty one is none (actions/runner). */
  readonly container: string | undefined;
  readonly inputs?: Values;
  /** Inputs as they are handed on. */
  readonly given?: Values;
  /** Condition that a run is of the branch that is deployed. */
  readonly onBranch: string;
  /** Secret with the token of a private registry. */
  readonly npmSecret: string | undefined;
}

const REUSABLE: Style = {
  comment: [],
  runsOn: expression('fromJSON(inputs.runner)'),
  container: `${expression('inputs.image')} # zizmor: ignore[unpinned-images] the caller gives a digest`,
  inputs: MACHINE_INPUTS,
  given: { image: expression('inputs.image'), runner: expression('inputs.runner') },
  onBranch: "github.ref == format('refs/heads/{0}', inputs.branch)",
  npmSecret: NPM_TOKEN,
};

/** Workflows of a team: its own, or those that call the reusable ones. */
export const gitHubFiles = (options: PipelineOptions): Files =>
  options.workflows === undefined ? wholeWorkflows(options) : callingWorkflows(options.workflows, options);

/** The reusable workflows, which this package's repository has, with the action that they use. */
export function reusableWorkflows(): Files {
  const workflows = OCCASIONS.map((occasion) => {
    const inputs = {
      ...(occasion === 'deploy' && { estate: ESTATE_INPUT }),
      ...(occasion !== 'preview' && {
        branch: { description: 'Branch that is deployed.', type: 'string', default: DEFAULT_BRANCH },
      }),
      ...MACHINE_INPUTS,
    };
    const { name } = ABOUT[occasion];
    const secrets = secretsOf(RUNS[occasion], NPM_TOKEN, 'taken');
    const jobs = estatesJobs(occasion, REUSABLE);
    return [occasion, { name, comment: [ABOUT[occasion].about], inputs, secrets, jobs }] as const;
  });
  return { ...written(workflows), ...estateWorkflows(REUSABLE) };
}

/** Workflows of a team that stand by themselves. */
export function wholeWorkflows(machines: Machines): Files {
  const { toolImage, runners, branch = DEFAULT_BRANCH, registry } = machines;
  const style: Style = {
    comment: [MARK_LINE],
    runsOn: runners ?? 'ubuntu-24.04',
    container: toolImage && flow(toolImage),
    onBranch: `github.ref == 'refs/heads/${branch.replaceAll("'", "''")}'`,
    npmSecret: registry?.tokenSecret,
  };
  return { ...teamWorkflows(machines, (occasion) => estatesJobs(occasion, style)), ...estateWorkflows(style) };
}

/** Workflows of a team that call the reusable ones at a tag, which the clouds trust. */
export function callingWorkflows(
  { repository, tag }: NonNullable<PipelineOptions['workflows']>,
  machines: Machines,
): Files {
  return {
    ...teamWorkflows(machines, (occasion) =>
      fromTemplate('github-calling', {
        permissions: permissionsOf(rightsIn(RUNS[occasion])),
        workflow: `${repository}/${FOLDER}/${occasionFile(occasion)}@${tag}`,
        given: inputsOf(occasion, machines),
        secrets: secretsOf(RUNS[occasion], machines.registry?.tokenSecret, 'given'),
      }),
    ),
    ...action(),
  };
}

/** Inputs of a called workflow; none where all are as by default. */
function inputsOf(occasion: Occasion, { toolImage, runners, branch = DEFAULT_BRANCH }: Machines): Values | undefined {
  return some({
    ...(occasion === 'deploy' && { estate: expression(`inputs.estate || '${TOUCHED}'`) }),
    ...(occasion !== 'preview' && branch !== DEFAULT_BRANCH && { branch }),
    ...(toolImage !== undefined && { image: toolImage }),
    ...(runners !== undefined && { runner: JSON.stringify(runners) }),
  });
}

function teamWorkflows({ branch = DEFAULT_BRANCH }: Machines, jobsOf: (occasion: Occasion) => string): Files {
  return written(
    OCCASIONS.map((occasion) => {
      const { name, about } = ABOUT[occasion];
      const events = { branch, cron: CRON[occasion], estateInput: ESTATE_INPUT, changesNothing: CHANGES_NOTHING };
      const comment = [MARK_LINE, about];
      return [occasion, { name: `Identity: ${name.toLowerCase()}`, comment, ...events, jobs: jobsOf(occasion) }];
    }),
  );
}

function written(workflows: readonly (readonly [Occasion, Values])[]): Files {
  return Object.fromEntries(
    workflows.map(([occasion, values]) => [
      `${FOLDER}/${occasionFile(occasion)}`,
      fromTemplate('github-workflow', { occasion, ...values }),
    ]),
  );
}

/** Finds the estates that a run is for, and runs the jobs of each. */
function estatesJobs(occasion: Occasion, { runsOn, container, given, onBranch, npmSecret }: Style): string {
  const isDeployment = occasion === 'deploy';
  const asked = { DEPLOYMENT: expression(`inputs.estate || '${TOUCHED}'`) };
  const any = "needs.settings.outputs.estates != '[]'";
  return fromTemplate('github-estates', {
    ...{ runsOn, container, checkout: CHECKOUT, nothingToSay: NOTHING_TO_SAY },
    if: occasion === 'preview' ? expression(`!(${NOTHING_TO_SAY})`) : onBranch,
    // The record in the cloud says what was deployed last.
    permissions: permissionsOf(isDeployment ? ['sign-in'] : []),
    npmToken: npmTokenOf(npmSecret),
    read: {
      id: 'read',
      run: ci(`settings${isDeployment ? ' --deployment "$DEPLOYMENT"' : ''}`),
      env: isDeployment ? asked : undefined,
    },
    pipelines: RUNS[occasion].map((pipeline, index) => ({
      id: index === 0 ? 'estate' : 'entra',
      needs: index === 0 ? ['settings'] : ['settings', 'estate'],
      condition: index === 0 ? any : expression(`!cancelled() && needs.settings.result == 'success' && ${any}`),
      group: occasion === 'preview' ? undefined : `identity-${occasion}`,
      permissions: permissionsOf(rightsIn([pipeline])),
      file: `./${FOLDER}/${estateFile(pipeline)}`,
      given,
      secrets: secretsOf([pipeline], npmSecret, 'given'),
    })),
  });
}

/** The jobs of one estate, a file for each pipeline, and the action that they use. */
function estateWorkflows({ comment, runsOn, container, inputs, npmSecret }: Style): Files {
  const text = { required: true, type: 'string' };
  const settings = { description: 'What `entra-aws ci settings` found.', ...text };
  const called = npmSecret && NPM_TOKEN;
  const files = Object.values(PIPELINES).map((pipeline: Pipeline) => {
    const occasion = pipeline.occasion === 'entra' ? 'preview' : pipeline.occasion;
    const values = {
      name: `Estate: ${pipeline.occasion}`,
      comment: [...comment, `One estate's part of ${occasionFile(occasion)}.`],
      inputs: { estate: text, settings, ...inputs },
      secrets: secretsOf([pipeline], called, 'taken'),
      jobs: pipeline.jobs.map((job) => jobText(job, { runsOn, container, npmSecret: called })).join('\n'),
    };
    return [`${FOLDER}/${estateFile(pipeline)}`, fromTemplate('github-workflow', values)];
  });
  return { ...(Object.fromEntries(files) as Files), ...action() };
}

function jobText(job: Job, { npmSecret, ...machine }: Pick<Style, 'runsOn' | 'container' | 'npmSecret'>): string {
  const { id, rights, takes, leaves, isOfDefaultBranch = false } = job;
  return fromTemplate('github-job', {
    ...machine,
    job,
    checkout: isOfDefaultBranch ? CHECKOUT.replace(WHOLE, `${WHOLE}, ref: '${DEFAULT}'`) : CHECKOUT,
    condition: jobCondition(job),
    permissions: permissionsOf(rights),
    given: {
      job: id,
      estate: expression('inputs.estate'),
      takes: takes.length === 0 ? undefined : takes.join(','),
      leaves: leaves?.name,
      token: takesSecret(rights) ? expression(`secrets.${PROPOSAL_SECRET} || github.token`) : undefined,
      ...npmTokenOf(npmSecret),
    },
  });
}

function jobCondition({ id, needs, afterFailure }: Job): string {
  const runs = `contains(fromJSON(inputs.settings).jobs, '${id}')`;
  const [first, second] = needs;
  if (first === undefined) return runs;
  const [only, succeeded] =
    second === undefined ? [first, `needs.${first}.result == 'success'`] : [undefined, '!failure()'];
  const isReviewed = JOBS.find((job) => job.id === first)?.environment === 'preview';
  const ended = isReviewed ? `needs.${first}.outputs.asked` : `needs.${first}.result != 'skipped'`;
  const after = afterFailure ? only && ended : succeeded;
  return expression(['!cancelled()', ...(after === undefined ? [] : [after]), runs].join(' && '));
}

/** The action of others is named by the commit of v7.0.1. */
const CHECKOUT =
  '{ uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1, with: { persist-credentials: false, fetch-depth: 0 } } # v7.0.1';
const WHOLE = 'fetch-depth: 0';
const DEFAULT = expression('github.event.repository.default_branch');

/** The action with the steps that jobs have in common: after a failed installation nothing runs. */
const action = (): Files => ({ '.github/actions/identity/action.yaml': staticFile('github-action.yaml') });

const rightsIn = (pipelines: readonly Pipeline[]): readonly Right[] => pipelines.flatMap(({ jobs }) => rightsOf(jobs));

const some = (values: Values): Values | undefined => (Object.keys(values).length === 0 ? undefined : values);

const OPENS =
  'Token that opens pull requests, whose checks a person has to start without it, and writes placement files.';

const takesSecret = (rights: readonly Right[]): boolean => rights.includes('propose') || rights.includes('push');

/** Secrets of a workflow that is called: as it takes them, or as its caller hands them on. */
function secretsOf(pipelines: readonly Pipeline[], npm: string | undefined, as: 'taken' | 'given'): Values | undefined {
  const secret = (from: string, description: string): unknown =>
    as === 'taken' ? { description, required: false } : expression(`secrets.${from}`);
  return some({
    ...(takesSecret(rightsIn(pipelines)) && { [PROPOSAL_SECRET]: secret(PROPOSAL_SECRET, OPENS) }),
    ...(npm && { [NPM_TOKEN]: secret(npm, 'Token of a private registry.') }),
  });
}

/** Input of the action with the token of a private registry. */
const npmTokenOf = (npmSecret: string | undefined): Values | undefined =>
  npmSecret === undefined ? undefined : { 'npm-token': expression(`secrets.${npmSecret}`) };

/** Permissions of the token of a job, or of a workflow that calls such jobs. */
function permissionsOf(rights: readonly Right[]): Values {
  const wanted = new Set(rights);
  return {
    contents: wanted.has('propose') ? 'write' : 'read',
    ...(wanted.has('sign-in') && { 'id-token': 'write' }),
    ...(wanted.has('read-approvals') && { actions: 'read', 'pull-requests': 'read' }),
    ...((wanted.has('comment') || wanted.has('propose')) && { 'pull-requests': 'write' }),
    ...(wanted.has('report') && { issues: 'write' }),
  };
}
