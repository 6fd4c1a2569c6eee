import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import type { Forge } from '../../../src/estate/sections/pipeline/forge';
import { pipelineFiles } from '../../../src/package/project/pipeline';

/** A script of a job, with the variables that its step has. */
export interface Script {
  readonly text: string;
  readonly env: Readonly<Record<string, string>>;
}

type Settings = Readonly<Record<string, string>>;

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

/** Scripts of a job as its forge starts them, where the estate has these settings: read from the file that `init` writes. */
export const SCRIPTS: Readonly<Record<Forge, (job: string, settings: Settings) => readonly Script[]>> = {
  github: gitHubScripts,
  gitlab: gitLabScripts,
  'azure-devops': azureScripts,
};

const Variables = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({});

const GitHubFile = z.object({
  jobs: z.record(
    z.string(),
    z.object({
      env: Variables,
      steps: z.array(z.object({ if: z.string().optional(), run: z.string().optional(), env: Variables })).default([]),
    }),
  ),
});

function gitHubScripts(job: string, settings: Settings): readonly Script[] {
  const isIn = (path: string): boolean =>
    job === SETTINGS ? path.endsWith('identity-deploy.yaml') : path.endsWith('-estate.yaml');
  const texts = Object.entries(filesOf('github')).filter(([path]) => isIn(path));
  const found = texts.flatMap(([, text]) => GitHubFile.parse(parse(text)).jobs[job] ?? [])[0];
  if (found === undefined) throw new Error(`no job ${job} at GitHub`);
  const values = (env: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(
      Object.entries(env)
        .filter(([, value]) => !String(value).endsWith('github.token }}'))
        .map(([name, value]) => [name, gitHubValue(String(value), settings)]),
    );
  return found.steps
    .filter(({ run, if: condition = '' }) => run !== undefined && isMet(condition, settings))
    .map(({ run = '', env }) => ({ text: run, env: { ...values(found.env), ...values(env) } }));
}

function gitHubValue(text: string, settings: Settings): string {
  return text
    .replace('${{ inputs.estate }}', 'sandbox')
    .replace("${{ inputs.estate || 'touched' }}", settings['DEPLOYMENT'] ?? 'touched')
    .replace(/\$\{\{ fromJSON\(inputs\.settings\)\.(\w+) \}\}/, (_all, name: string) => settings[name] ?? '');
}

/** Tells whether the settings fulfil a condition; of what came before, everything succeeded. */
function isMet(condition: string, settings: Settings): boolean {
  const terms = condition.matchAll(/(?:fromJSON\(inputs\.settings\)\.|variables\[')(\w+)(?:'\], | (?:==|!=) )'(\w*)'/g);
  return [...terms].every(([term, name = '', value]) => {
    const isNot = term.includes('!=') || condition.slice(0, condition.indexOf(term)).endsWith('ne(');
    return (settings[name] === value) !== isNot;
  });
}

const GitLabJob = z.object({ script: z.array(z.string()), variables: Variables });

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
  const { script, variables } = GitLabJob.parse(
    jobs[job === SETTINGS ? 'identity-settings' : `${job === 'deploy' ? 'Deploy' : job} sandbox`],
  );
  const env = Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)]));
  return [{ text: script.join('\n'), env: { ...env, AWS_ID_TOKEN: 'aws', AZURE_ID_TOKEN: 'azure', CI_JOB_ID: '1' } }];
}

const AzureStep = z.object({
  condition: z.string().default(''),
  bash: z.string().optional(),
  inputs: z.object({ inlineScript: z.string().optional() }).optional(),
});

const AzureFile = z.object({
  stages: z.array(
    z.object({
      jobs: z.array(
        z.object({
          job: z.string().optional(),
          deployment: z.string().optional(),
          steps: z.array(AzureStep).optional(),
          strategy: z.object({ runOnce: z.object({ deploy: z.object({ steps: z.array(AzureStep) }) }) }).optional(),
        }),
      ),
    }),
  ),
});

/** Pipelines of Azure DevOps as they are after their templates are expanded, by the names of their files. */
export function azurePipelines(
  connections: Partial<typeof CONNECTIONS> = CONNECTIONS,
): Readonly<Record<string, unknown>> {
  const files = filesOf('azure-devops', { estates: [{ name: 'sandbox', connections }] });
  const entries = Object.entries(files).filter(([path]) => !path.endsWith('-estate.yml'));
  return Object.fromEntries(
    entries.map(([path, text]) => {
      const { stages, ...rest } = Entry.parse(parse(text));
      const asked = Object.fromEntries((rest.parameters ?? []).map((one) => [one.name, one.default]));
      const all = stages.flatMap(({ template, parameters: called }) => {
        const parameters = Object.fromEntries(
          Object.entries(called).map(([name, value]) => [name, expandedText(value, asked)]),
        );
        const { parameters: declared, stages: given } = Template.parse(
          parse(files[`azure-pipelines/${template}`] ?? ''),
        );
        const defaults = declared.flatMap(({ name, default: value }) =>
          value === undefined ? [] : [[name, value] as const],
        );
        return expanded(given, { ...Object.fromEntries(defaults), ...parameters });
      });
      return [path, { ...rest, stages: all }];
    }),
  );
}

const Entry = z.looseObject({
  parameters: z.array(z.looseObject({ name: z.string(), default: z.string() })).optional(),
  stages: z.array(z.object({ template: z.string(), parameters: z.record(z.string(), z.string()) })),
});
const Template = z.object({
  parameters: z.array(z.object({ name: z.string(), type: z.literal('string'), default: z.string().optional() })),
  stages: z.array(z.unknown()),
});

type Parameters_ = Readonly<Record<string, string>>;

/** Expands template expressions: parameters, conditions on them, and `replace`. */
function expanded(items: readonly unknown[], parameters: Parameters_): readonly unknown[] {
  return items.flatMap((item) => {
    const [key = '', inner] = isRecord(item) ? (Object.entries(item)[0] ?? []) : [];
    if (!key.startsWith('${{ if ') || !Array.isArray(inner)) return [expandedValue(item, parameters)];
    return isTrue(key, parameters) ? expanded(inner, parameters) : [];
  });
}

function expandedValue(value: unknown, parameters: Parameters_): unknown {
  if (typeof value === 'string') return expandedText(value, parameters);
  if (Array.isArray(value)) return expanded(value, parameters);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => {
      if (!key.startsWith('${{ if ')) return [[key, expandedValue(inner, parameters)]];
      const more = expandedValue(inner, parameters);
      return isTrue(key, parameters) && isRecord(more) ? Object.entries(more) : [];
    }),
  );
}

function isTrue(key: string, parameters: Parameters_): boolean {
  const [, test, name = ''] = /^\$\{\{ if (ne|eq)\(parameters\.(\w+), ''\) \}\}$/.exec(key) ?? [];
  if (!(name in parameters)) throw new Error(`${key}: unknown parameter`);
  return (parameters[name] === '') === (test === 'eq');
}

function expandedText(text: string, parameters: Parameters_): string {
  const valueOf = (name: string): string => {
    const value = parameters[name];
    if (value === undefined) throw new Error(`${text}: unknown parameter ${name}`);
    return value;
  };
  return text
    .replaceAll(/\$\{\{ parameters\.(\w+) \}\}/g, (_all, name: string) => valueOf(name))
    .replaceAll(/\$\{\{ replace\(parameters\.(\w+), '-', '_'\) \}\}/g, (_all, name: string) =>
      valueOf(name).replaceAll('-', '_'),
    );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function azureScripts(job: string, settings: Settings): readonly Script[] {
  const id = job === SETTINGS ? 'touched' : job.replaceAll('-', '_');
  const found = Object.values(azurePipelines())
    .flatMap((file) => AzureFile.parse(file).stages.flatMap(({ jobs }) => jobs))
    .find((one) => (one.job ?? one.deployment) === id);
  if (found === undefined) throw new Error(`no job ${job} at Azure DevOps`);
  const steps = found.steps ?? found.strategy?.runOnce.deploy.steps ?? [];
  return steps
    .filter(({ condition }) => isMet(condition, settings))
    .flatMap(({ bash, inputs }) => bash ?? inputs?.inlineScript ?? [])
    .map((text) => ({ text, env: { ESTATE: 'sandbox', DEPLOYMENT: 'touched', ...settings } }));
}
