import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import type { Forge } from '../../../src/estate/sections/pipeline/forges/registry';
import { pipelineFiles } from '../../../src/package/project/pipeline';
import { expandPipelines } from './azure-templates';

/** A script of a job, with the variables that its step has. */
export interface Script {
  readonly text: string;
  readonly env: Readonly<Record<string, string>>;
}

/** The job that finds what a deployment is for. */
export const SETTINGS = 'settings';

export const CONNECTIONS = {
  aws: { preview: 'aws-preview', publish: 'aws-publish', deploy: 'aws-deploy' },
  workforce: { preview: 'workforce-preview', deploy: 'workforce-deploy' },
  customers: { preview: 'customers-preview', deploy: 'customers-deploy' },
};

/** Files of a repository with one estate. */
export function filesOf(forge: Forge, options: Partial<Parameters<typeof pipelineFiles>[0]> = {}) {
  return pipelineFiles({ forge, estates: [{ name: 'sandbox', connections: CONNECTIONS }], ...options });
}

/** Scripts of a job as its forge starts them: read from the files that `init` writes. */
export const SCRIPTS: Readonly<Record<Forge, (job: string) => readonly Script[]>> = {
  github: readOnce(gitHubScripts),
  gitlab: readOnce(gitLabScripts),
  'azure-devops': readOnce(azureScripts),
};

/** Scripts by job, since reading the files again takes a tenth of a second for each. */
function readOnce(scriptsOf: (job: string) => readonly Script[]): (job: string) => readonly Script[] {
  const known = new Map<string, readonly Script[]>();
  return (job) => {
    const scripts = known.get(job) ?? scriptsOf(job);
    known.set(job, scripts);
    return scripts;
  };
}

const Variables = z.record(z.string(), z.coerce.string()).default({});

const GitHubStep = z.object({
  if: z.string().default(''),
  uses: z.string().optional(),
  run: z.string().optional(),
  env: Variables,
  with: Variables,
});

const GitHubFile = z.object({ jobs: z.record(z.string(), z.object({ steps: z.array(GitHubStep).default([]) })) });
const Action = z.object({ runs: z.object({ steps: z.array(GitHubStep) }) });

function gitHubScripts(job: string): readonly Script[] {
  const files = filesOf('github');
  const isIn = (path: string): boolean =>
    job === SETTINGS ? path.endsWith('identity-deploy.yaml') : path.endsWith('-estate.yaml');
  const texts = Object.entries(files).filter(([path]) => isIn(path));
  const found = texts.flatMap(([, text]) => GitHubFile.parse(parse(text)).jobs[job] ?? [])[0];
  if (found === undefined) throw new Error(`no job ${job} at GitHub`);
  const action = Action.parse(parse(files['.github/actions/identity/action.yaml'] ?? ''));
  return found.steps.flatMap((step): readonly Script[] => {
    if (step.run !== undefined) return [scriptOf(step, {})];
    if (step.uses?.startsWith('./') !== true) return [];
    const isRun = ({ if: condition, run }: z.infer<typeof GitHubStep>): boolean =>
      run !== undefined && (condition !== "inputs.job != ''" || 'job' in step.with);
    return action.runs.steps.filter(isRun).map((inner) => scriptOf(inner, step.with));
  });
}

function scriptOf({ run = '', env }: z.infer<typeof GitHubStep>, inputs: Readonly<Record<string, string>>): Script {
  const values = Object.entries(env).filter(([name]) => name !== 'GITHUB_TOKEN' && name !== 'NPM_TOKEN');
  return {
    text: run,
    env: Object.fromEntries(
      values.map(([name, value]) => [
        name,
        value
          .replaceAll(/\$\{\{ inputs\.(\w+) \}\}/g, (all, input: string) => inputs[input] ?? all)
          .replaceAll('${{ inputs.estate }}', 'sandbox')
          .replaceAll("${{ inputs.estate || 'touched' }}", 'touched'),
      ]),
    ),
  };
}

const GitLabJob = z.object({
  extends: z.union([z.string(), z.array(z.string())]).default([]),
  script: z.array(z.string()).optional(),
  variables: z.record(z.string(), z.string()).default({}),
});

/** The jobs of GitLab's component, with the inputs of its first inclusion. */
export function gitLabJobs(): Readonly<Record<string, unknown>> {
  const files = filesOf('gitlab');
  const entry = z
    .object({ include: z.array(z.object({ inputs: z.record(z.string(), z.string()) })) })
    .parse(parseAllDocuments(files['.gitlab-ci.yml'] ?? '')[1]?.toJS());
  const [spec, body] = parseAllDocuments(files['.gitlab/identity.yml'] ?? '');
  const declared = z
    .object({ spec: z.object({ inputs: z.record(z.string(), z.object({ default: z.string().optional() })) }) })
    .parse(spec?.toJS());
  const text = (body?.toString({ lineWidth: 0 }) ?? '').replaceAll(
    /\$\[\[ inputs\.([\w-]+) \]\]/g,
    (_all, name: string) => {
      const value = entry.include[0]?.inputs[name] ?? declared.spec.inputs[name]?.default;
      if (value === undefined) throw new Error(`the input ${name} has no value`);
      return value;
    },
  );
  return z.record(z.string(), z.unknown()).parse(parse(text));
}

function gitLabScripts(job: string): readonly Script[] {
  const jobs = gitLabJobs();
  const found = GitLabJob.parse(jobs[job === SETTINGS ? 'identity-settings' : `${job} sandbox`]);
  const bases = [found.extends].flat().map((name) => GitLabJob.parse(jobs[name]));
  const script = [...bases, found].findLast((one) => one.script !== undefined)?.script ?? [];
  const env: Record<string, string> = Object.assign(
    {},
    ...[...bases, found].map(({ variables }) => variables),
  ) as Record<string, string>;
  return [{ text: script.join('\n'), env }];
}

const AzureStep = z.object({ bash: z.string().optional() });
const AzureJob = z.object({
  job: z.string().optional(),
  deployment: z.string().optional(),
  variables: z.record(z.string(), z.string()).default({}),
  steps: z.array(AzureStep).optional(),
  strategy: z.object({ runOnce: z.object({ deploy: z.object({ steps: z.array(AzureStep) }) }) }).optional(),
});
const AzureFile = z.object({ stages: z.array(z.object({ jobs: z.array(AzureJob) })) });

/** Pipelines of Azure DevOps as they are after their templates are expanded, by the names of their files. */
export function azurePipelines(
  connections: Partial<typeof CONNECTIONS> = CONNECTIONS,
): Readonly<Record<string, unknown>> {
  return expandPipelines(filesOf('azure-devops', { estates: [{ name: 'sandbox', connections }] }));
}

let expanded: ReturnType<typeof azurePipelines> | undefined;

/** Lines that put files together, which nothing left here. */
const TAKES = /^mkdir -p plan /;

function azureScripts(job: string): readonly Script[] {
  const id = job.replaceAll('-', '_');
  const { 'azure-pipelines/identity-deploy.yml': deploy, ...others } = (expanded ??= azurePipelines());
  const found = [deploy, ...Object.values(others)]
    .flatMap((file) => AzureFile.parse(file).stages.flatMap(({ jobs }) => jobs))
    .find((one) => (one.job ?? one.deployment) === id);
  if (found === undefined) throw new Error(`no job ${job} at Azure DevOps`);
  const steps = found.steps ?? found.strategy?.runOnce.deploy.steps ?? [];
  return steps.flatMap(({ bash }) =>
    bash === undefined || TAKES.test(bash) ? [] : [{ text: bash, env: found.variables }],
  );
}
