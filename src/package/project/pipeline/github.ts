import { DEPLOYED_BRANCH } from '../../../estate/sections/pipeline/pipeline';
import { SETTINGS_JOB } from '../../../estate/sections/pipeline/deployments';
import { MARK_LINE } from '../mark';
import { ESTATE_INPUT, EVENTS, IMAGE_INPUT, type Occasion, SETTINGS_INPUT, TEXT, TITLES } from './github-events';
import { conditionText, expression, gitHubSteps, install, type Part, setting } from './github-steps';
import { permissionsOf, secretsGiven, secretsTaken } from './github-rights';
import { inputsOf, readSettings } from './github-settings';
import { PIPELINES } from './jobs';
import { type Job, type Pipeline, rightsOf } from './model';
import type { PipelineOptions } from './options';
import { yamlText } from './yaml-text';

/** Files of GitHub by their names in `.github/workflows/`. */
type Workflows = Readonly<Record<string, string>>;

const OCCASIONS: readonly Occasion[] = ['preview', 'deploy', 'drift', 'accounts'];

/** Pipelines that an occasion runs for each estate. */
const RUNS: Readonly<Record<Occasion, readonly Pipeline[]>> = {
  preview: [PIPELINES.preview, PIPELINES.entra],
  deploy: [PIPELINES.deploy],
  drift: [PIPELINES.drift],
  accounts: [PIPELINES.accounts],
};

const estateFile = ({ occasion }: Pipeline): string => `identity-${occasion}-estate.yaml`;
const occasionFile = (occasion: Occasion): string => `identity-${occasion}.yaml`;

/** The reusable workflows, which this package's repository has. */
export function reusableWorkflows(): Workflows {
  return {
    ...Object.fromEntries(
      OCCASIONS.map((occasion) => {
        const estate = occasion === 'deploy' ? { estate: ESTATE_INPUT } : {};
        const inputs = { ...estate, image: IMAGE_INPUT };
        const called = { workflow_call: { inputs, secrets: secretsTaken(RUNS[occasion]) } };
        return [
          occasionFile(occasion),
          workflow({ ...TITLES[occasion], on: called, jobs: estatesJobs(occasion, IMAGE) }),
        ];
      }),
    ),
    ...estateWorkflows([]),
  };
}

/** Workflows of a team that call the reusable ones at a tag. */
export function callingWorkflows({ repository, tag }: Source, image: string): Workflows {
  return Object.fromEntries(
    OCCASIONS.map((occasion) => {
      // The clouds trust these files at this tag.
      const note = '# zizmor: ignore[unpinned-uses] the tag that the estate names';
      const identity = {
        name: 'Identity',
        permissions: permissionsOf(RUNS[occasion].flatMap(({ jobs }) => rightsOf(jobs))),
        uses: `${repository}/.github/workflows/${occasionFile(occasion)}@${tag} ${note}`,
        with: inputsOf(occasion, image),
        secrets: secretsGiven(RUNS[occasion]),
      };
      return [occasionFile(occasion), teamWorkflow(occasion, { identity })];
    }),
  );
}

type Source = NonNullable<PipelineOptions['workflows']>;

/** Workflows of a team that stand by themselves. */
export function wholeWorkflows(image: string): Workflows {
  return {
    ...Object.fromEntries(
      OCCASIONS.map((occasion) => [occasionFile(occasion), teamWorkflow(occasion, estatesJobs(occasion, image))]),
    ),
    ...estateWorkflows([MARK_LINE]),
  };
}

function teamWorkflow(occasion: Occasion, jobs: Part): string {
  const { name, about } = TITLES[occasion];
  const isPreview = occasion === 'preview';
  const parts = {
    on: EVENTS[occasion],
    concurrency: isPreview
      ? { group: 'identity-preview-${{ github.event.pull_request.number || github.ref }}', 'cancel-in-progress': true }
      : undefined,
  };
  return workflow({ name: `Identity: ${name.toLowerCase()}`, about, mark: [MARK_LINE], ...parts, jobs });
}

function estateWorkflows(mark: readonly string[]): Workflows {
  const pipelines = Object.values(PIPELINES);
  return Object.fromEntries(
    pipelines.map((pipeline) => {
      const inputs = { estate: TEXT, settings: SETTINGS_INPUT, image: IMAGE_INPUT };
      const on = { workflow_call: { inputs, secrets: secretsTaken([pipeline]) } };
      const about = `One estate's part of ${occasionFile(pipeline.occasion === 'entra' ? 'preview' : pipeline.occasion)}.`;
      const jobs = Object.fromEntries(pipeline.jobs.map((job) => [job.id, jobPart(job)]));
      return [estateFile(pipeline), workflow({ name: `Estate: ${pipeline.occasion}`, about, mark, on, jobs })];
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
  const text = yamlText({
    comment: [...mark, about],
    value: { name, on, permissions: {}, concurrency, jobs },
    apart: ['jobs'],
  });
  // A comment behind a value must not become a part of it.
  return text
    .replaceAll(/^(\s*(?:- )?(?:uses|container): )'([^'#]+ # [^'\n]+)'$/gm, '$1$2')
    .replaceAll(/^(\s+\w+): null$/gm, '$1:');
}

/** Reads the settings, and runs the jobs of each estate that the change touches. */
function estatesJobs(occasion: Occasion, image: string): Part {
  const isPreview = occasion === 'preview';
  const onBranch = isPreview ? undefined : `github.ref == 'refs/heads/${DEPLOYED_BRANCH}'`;
  const [main, reviewed] = RUNS[occasion];
  return {
    settings: {
      name: SETTINGS_JOB,
      if: onBranch,
      'runs-on': 'ubuntu-24.04',
      container: image === '' ? undefined : image === IMAGE ? CONTAINER : image,
      'timeout-minutes': 15,
      // The runs of the workflow say what was deployed last.
      permissions: permissionsOf(occasion === 'deploy' ? ['runs'] : []),
      outputs: { estates: expression('steps.read.outputs.estates') },
      steps: [...install(true), readSettings(occasion)],
    },
    ...(main && { estate: estatesPart(main, { occasion, image, needs: ['settings'] }) }),
    // What waits for a reviewer is not waited for.
    ...(reviewed && { entra: estatesPart(reviewed, { occasion, image, needs: ['settings', 'estate'] }) }),
    ...(isPreview && { result: RESULT }),
  };
}

function estatesPart(
  pipeline: Pipeline,
  {
    occasion,
    image,
    needs,
  }: { readonly occasion: Occasion; readonly image: string; readonly needs: readonly string[] },
): Part {
  const some = "needs.settings.outputs.estates != '[]'";
  return {
    name: expression('matrix.estate.name'),
    needs,
    if: needs.length === 1 ? some : expression(`!cancelled() && needs.settings.result == 'success' && ${some}`),
    strategy: { 'fail-fast': false, matrix: { estate: expression('fromJSON(needs.settings.outputs.estates)') } },
    // One after the other; of those that wait, the newest.
    concurrency:
      occasion === 'preview'
        ? undefined
        : { group: `identity-${occasion}-\${{ matrix.estate.name }}`, 'cancel-in-progress': false },
    permissions: permissionsOf(rightsOf(pipeline.jobs)),
    uses: `./.github/workflows/${estateFile(pipeline)}`,
    with: {
      estate: expression('matrix.estate.name'),
      settings: expression('toJSON(matrix.estate.settings)'),
      image: image === '' ? undefined : image,
    },
    secrets: secretsGiven([pipeline]),
  };
}

/** The check that rules of a branch require: it reports also where no estate is touched. */
const RESULT: Part = {
  name: 'Result',
  needs: ['settings', 'estate'],
  if: 'always()',
  'runs-on': 'ubuntu-24.04',
  'timeout-minutes': 5,
  permissions: {},
  steps: [
    {
      name: 'Every estate passed',
      if: "needs.settings.result != 'success' || (needs.estate.result != 'success' && needs.estate.result != 'skipped')",
      run: 'exit 1',
    },
  ],
};

const IMAGE = expression('inputs.image');
/** An empty one is none (actions/runner). */
const CONTAINER = `${IMAGE} # zizmor: ignore[unpinned-images] the caller gives a digest`;

function jobPart(job: Job): Part {
  const { name, namesEstate, needs, minutes, rights, environment, usesDocker, history = false, steps } = job;
  return {
    name: namesEstate ? `${name} ${expression('inputs.estate')}` : name,
    needs: needs.length === 0 ? undefined : needs,
    if: jobCondition(job),
    'runs-on': 'ubuntu-24.04',
    container: usesDocker ? undefined : CONTAINER,
    'timeout-minutes': minutes,
    environment: environment && expression(setting(`${environment.toUpperCase()}_ENVIRONMENT`)),
    permissions: permissionsOf(rights),
    env: environmentOf(job),
    steps: [...install(history), ...steps.flatMap(gitHubSteps)],
  };
}

function jobCondition({ needs, afterFailure, when }: Job): string | undefined {
  const flag = when === undefined ? [] : [conditionText(when)];
  const [first] = needs;
  if (first === undefined) return flag[0];
  const only = needs.length === 1 ? `needs.${first}.result` : undefined;
  const after = afterFailure
    ? only === undefined
      ? []
      : [`${only} != 'skipped'`]
    : [only === undefined ? '!failure()' : `${only} == 'success'`];
  return expression(['!cancelled()', ...after, ...flag].join(' && '));
}

/** Variables that command lines name, and those of the engines. */
function environmentOf({ steps }: Job): Part {
  const lines = steps.flatMap((step) => (step.kind === 'run' ? [step.run] : []));
  const named = new Set(lines.flatMap((line) => [...line.matchAll(/\$([A-Z_]+)/g)].map(([, name = '']) => name)));
  named.delete('ESTATE');
  const pulumi = steps.find((step) => step.kind === 'pulumi');
  return {
    ESTATE: expression('inputs.estate'),
    ...Object.fromEntries([...named].map((name) => [name, expression(setting(name))])),
    ...(pulumi && {
      PULUMI_BACKEND_URL: expression(setting('PULUMI_BACKEND_URL')),
      PULUMI_SKIP_UPDATE_CHECK: 'true',
      // Plans of updates; an update that would do more than its plan fails.
      PULUMI_EXPERIMENTAL: pulumi.role === 'deploy' ? 'true' : undefined,
      ARM_USE_OIDC: 'true',
    }),
  };
}
