import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { finish } from '../../../system/clouds/organization/run-snapshot';
import { evaluate, isTrue } from './expression';
import type { Job, Step } from './pipeline';

/** A run of Azure Pipelines, as its jobs see it. */
export interface AzureRun {
  /** Folder of the run: artifacts, and a folder a job. */
  readonly place: string;
  /** Checkout of the commit that is run. */
  readonly checkout: string;
  /** Environment of the machine. */
  readonly machine: Readonly<Record<string, string>>;
  /** Variables of the run, by the names that their environment variables have. */
  readonly variables: Readonly<Record<string, string>>;
  /** Variables that no step sees unless it maps them. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly log: (line: string) => void;
  /** Files that a step put into the summary. */
  readonly summaries: string[];
  /** Stages that succeeded in an earlier attempt, and are not run again. */
  readonly kept: Readonly<Kept>;
}

/** Outputs of stages, by the name of the stage. */
export type Kept = Record<string, Readonly<Record<string, string>>>;

export type JobResult = 'Succeeded' | 'SucceededWithIssues' | 'Failed';

const STEP_NAMES = { checkout: 'Checkout', download: 'Download' } as const;

/** A file that a run of another commit left in the workspace of an agent of the team: only a clean checkout removes it. */
const LEFT = 'of-another-run.json';

/** A job in a workspace of its own, in which another run was before. */
export class JobRun {
  /** Variables that steps gave out, as `step.NAME`. */
  readonly outputs: Record<string, string> = {};
  private result: JobResult = 'Succeeded';
  private readonly workspace: string;
  private readonly variables: Record<string, string>;

  constructor(
    private readonly run: AzureRun,
    private readonly job: Job,
    stage: string,
  ) {
    this.workspace = join(run.place, 'jobs', stage);
    // An earlier attempt had it.
    rmSync(this.workspace, { recursive: true, force: true });
    const [sources, temporary] = [join(this.workspace, 's'), join(this.workspace, 'temp')];
    for (const folder of [sources, temporary]) mkdirSync(folder, { recursive: true });
    for (const folder of ['s/plan', 'plan', 'taken/another'].map((path) => join(this.workspace, path))) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, LEFT), '{}');
    }
    this.variables = {
      ...run.variables,
      PIPELINE_WORKSPACE: this.workspace,
      SYSTEM_DEFAULTWORKINGDIRECTORY: sources,
      BUILD_SOURCESDIRECTORY: sources,
      AGENT_TEMPDIRECTORY: temporary,
      ...Object.fromEntries(Object.entries(job.variables).map(([name, value]) => [nameOf(name), value])),
    };
  }

  async toItsEnd(): Promise<JobResult> {
    const { id, environment, steps } = this.job;
    if (environment !== undefined && !steps.some((step) => 'download' in step))
      throw new Error(`${id}: a deployment takes every artifact unless it says 'download: none'`);
    if (!steps.some((step) => 'checkout' in step) && environment === undefined)
      throw new Error(`${id}: a checkout that is not written is not known here`);
    for (const step of steps) await this.step(step);
    return this.result;
  }

  private async step(step: Step): Promise<void> {
    const title = titleOf(step);
    const condition = ('condition' in step ? step.condition : undefined) ?? 'succeeded()';
    const isMet = isTrue(evaluate(condition, { names: { variables: this.variables }, functions: this.functions }));
    this.run.log(`[${this.job.displayName}] ${isMet ? 'Starting' : 'Skipping'}: ${title}`);
    if (!isMet) return;
    const fault = await this.perform(step);
    if (fault === undefined) return;
    this.run.log(`[${this.job.displayName}] ##[error]${title}: ${fault}`);
    const goesOn = 'continueOnError' in step && step.continueOnError;
    if (!goesOn) this.result = 'Failed';
    else if (this.result === 'Succeeded') this.result = 'SucceededWithIssues';
  }

  private get functions() {
    const hasFailed = this.result === 'Failed';
    return {
      succeeded: () => !hasFailed,
      failed: () => hasFailed,
      succeededOrFailed: () => true,
      always: () => true,
      canceled: () => false,
    };
  }

  /** Reason for which a step failed. */
  private async perform(step: Step): Promise<string | undefined> {
    if ('download' in step) return undefined;
    if ('checkout' in step) {
      if (step.clean === 'true') rmSync(this.sources, { recursive: true, force: true });
      cpSync(this.run.checkout, this.sources, { recursive: true, verbatimSymlinks: true });
      return undefined;
    }
    if ('bash' in step) return this.script(step, this.expand(step.bash), {});
    if ('publish' in step) return this.publish(this.expand(step.publish), this.expand(step.artifact));
    const inputs = Object.fromEntries(Object.entries(step.inputs).map(([name, value]) => [name, this.expand(value)]));
    const { inlineScript = '', regionName = '' } = inputs;
    switch (step.task) {
      case 'NodeTool@0':
        return undefined;
      case 'DownloadPipelineArtifact@2':
        return this.download(inputs);
      case 'AWSShellScript@1':
        return this.script(step, inlineScript, {
          ...{ AWS_ACCESS_KEY_ID: 'connection', AWS_SECRET_ACCESS_KEY: 'connection' },
          AWS_REGION: regionName,
        });
      case 'AzureCLI@2':
        return this.script(step, inlineScript, {});
    }
  }

  private publish(path: string, artifact: string): string | undefined {
    const target = join(this.run.place, 'artifacts', artifact);
    if (!existsSync(path)) return `Path does not exist: ${path}`;
    if (existsSync(target)) return `Artifact ${artifact} already exists`;
    if (existsSync(join(path, LEFT))) return `Artifact ${artifact} has a file of another run: ${LEFT}`;
    cpSync(path, target, { recursive: true });
    return undefined;
  }

  private download({ artifactName, itemPattern = '**', targetPath = '' }: Readonly<Record<string, string>>) {
    const folder = join(this.run.place, 'artifacts');
    const there = existsSync(folder) ? readdirSync(folder) : [];
    if (artifactName !== undefined) {
      if (!there.includes(artifactName)) return `Artifact ${artifactName} was not found`;
      cpSync(join(folder, artifactName), targetPath, { recursive: true });
      return undefined;
    }
    const patterns = itemPattern.split('\n').filter((line) => line !== '');
    for (const name of there) {
      const files = readdirSync(join(folder, name), { recursive: true, withFileTypes: true });
      for (const file of files.filter((one) => one.isFile())) {
        const path = join(file.parentPath, file.name).slice(folder.length + 1);
        if (patterns.some((pattern) => matchesGlob(path, pattern))) cpSync(join(folder, path), join(targetPath, path));
      }
    }
    return undefined;
  }

  private async script(
    step: { readonly name?: string | undefined; readonly env: Readonly<Record<string, string>> },
    text: string,
    more: Readonly<Record<string, string>>,
  ): Promise<string | undefined> {
    const mapped = Object.fromEntries(Object.entries(step.env).map(([name, value]) => [name, this.expand(value)]));
    const env = { ...this.run.machine, ...this.variables, ...more, ...mapped };
    const child = spawn('bash', ['--noprofile', '--norc', '-c', text], {
      cwd: this.sources,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { code, stdout, stderr } = await finish(child);
    for (const line of `${stdout}\n${stderr}`.split('\n')) {
      if (line !== '') this.run.log(`[${this.job.displayName}] ${line}`);
      this.command(line, step.name);
    }
    return code === 0 ? undefined : `Bash exited with code '${String(code)}'`;
  }

  /** A logging command, by which a step tells the agent something. */
  private command(line: string, step: string | undefined): void {
    const [, name, properties = '', value = ''] = /##vso\[([\w.]+) ?([^\]]*)\](.*)$/.exec(line) ?? [];
    if (name === undefined) return;
    if (name === 'task.uploadsummary') this.run.summaries.push(readFileSync(value, 'utf8'));
    if (name !== 'task.setvariable') return;
    const given = new Map(
      properties.split(';').map((one): [string, string] => {
        const [key = '', text = ''] = one.split('=');
        return [key, text];
      }),
    );
    const variable = given.get('variable');
    if (variable === undefined) throw new Error(`${line}: no variable is named`);
    if (given.get('isOutput')?.toLowerCase() === 'true') this.outputs[`${step ?? ''}.${variable}`] = value;
    this.variables[nameOf(variable)] = value;
  }

  /** Replaces `$(Name)`; one that names no variable stays as it is. */
  private expand(text: string): string {
    const known = { ...this.variables, ...this.run.secrets };
    return text.replaceAll(/\$\(([\w.]+)\)/g, (all, name: string) => known[nameOf(name)] ?? all);
  }

  private get sources(): string {
    return join(this.workspace, 's');
  }
}

function titleOf(step: Step): string {
  if ('checkout' in step) return STEP_NAMES.checkout;
  if ('download' in step) return STEP_NAMES.download;
  return step.displayName ?? ('bash' in step ? 'Bash' : 'task' in step ? step.task : 'Publish');
}

/** Name of a variable in the environment: `Build.Reason` is BUILD_REASON. */
function nameOf(variable: string): string {
  return variable.replaceAll('.', '_').toUpperCase();
}
