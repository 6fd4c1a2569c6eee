import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { REPOSITORY } from '../repository';

const GITHUB = join(REPOSITORY, '.github');

const Step = z.object({
  name: z.string().optional(),
  if: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().optional(),
  env: z.record(z.string(), z.string()).optional(),
  with: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
});
export type Step = z.infer<typeof Step>;

const Permissions = z.record(z.string(), z.string());

const Concurrency = z.object({ group: z.string(), 'cancel-in-progress': z.boolean() });

const Job = z.object({
  concurrency: Concurrency.optional(),
  container: z.string().optional(),
  name: z.string().optional(),
  if: z.string().optional(),
  needs: z.union([z.string(), z.array(z.string())]).optional(),
  environment: z.string().optional(),
  strategy: z.object({ matrix: z.object({ package: z.array(z.string()).default([]) }) }).optional(),
  env: z.record(z.string(), z.string()).optional(),
  permissions: Permissions.optional(),
  'timeout-minutes': z.number().optional(),
  uses: z.string().optional(),
  with: z.record(z.string(), z.union([z.string(), z.boolean()])).optional(),
  steps: z.array(Step).default([]),
});
export type Job = z.infer<typeof Job>;

const Workflow = z.object({
  name: z.string(),
  on: z.record(z.string(), z.unknown()),
  permissions: Permissions.optional(),
  concurrency: Concurrency.optional(),
  jobs: z.record(z.string(), Job),
});
export type Workflow = z.infer<typeof Workflow>;

/** The workflow that publishes this package: of this repository alone, and no pipeline of an estate. */
export const RELEASE = '.github/workflows/release.yaml';

/** Paths of the workflows of the pipeline, relative to the repository. */
export const FILES = readdirSync(GITHUB, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.startsWith('workflows/') && path.endsWith('.yaml') && !RELEASE.endsWith(path))
  .map((path) => join('.github', path))
  .toSorted();

export function textOf(file: string): string {
  return readFileSync(join(REPOSITORY, file), 'utf8');
}

/** The workflows, by name of their file: `preview`. */
export const WORKFLOWS: ReadonlyMap<string, Workflow> = new Map(
  FILES.map((file) => [/([a-z-]+)\.yaml$/.exec(file)?.[1] ?? '', Workflow.parse(parse(textOf(file)))]),
);

export const RELEASE_WORKFLOW = Workflow.parse(parse(textOf(RELEASE)));

export function jobOf(workflow: string, job: string): Job {
  const found = WORKFLOWS.get(workflow)?.jobs[job];
  if (found === undefined) throw new Error(`no job ${job} in ${workflow}.yaml`);
  return found;
}

const Action = z.object({ runs: z.object({ steps: z.array(Step) }) });

/** The action that the jobs of the pipeline use, and its steps. */
export const ACTION = '.github/actions/identity/action.yaml';
export const ACTION_STEPS = Action.parse(parse(textOf(ACTION))).runs.steps;

/** Every step of every workflow and of the action, with its file. */
export function allSteps(): readonly (Step & { readonly file: string })[] {
  const ofWorkflows = FILES.flatMap((file) =>
    Object.values(Workflow.parse(parse(textOf(file))).jobs).flatMap((job) =>
      job.steps.map((step) => ({ ...step, file })),
    ),
  );
  return [...ofWorkflows, ...ACTION_STEPS.map((step) => ({ ...step, file: ACTION }))];
}
