import { z } from 'zod';

const Text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const Texts = z.record(z.string(), Text);
const Condition = z.string().optional();

const Common = {
  name: z.string().optional(),
  displayName: z.string().optional(),
  condition: Condition,
  continueOnError: z.boolean().default(false),
  env: Texts.default({}),
};

/** Steps that the evaluator knows; any other key or task is refused. */
export const Step = z.union([
  z.strictObject({
    checkout: z.literal('self'),
    clean: Text.optional(),
    fetchDepth: Text.optional(),
    persistCredentials: Text.optional(),
  }),
  z.strictObject({ ...Common, bash: z.string() }),
  z.strictObject({ ...Common, publish: z.string(), artifact: z.string() }),
  z.strictObject({ download: z.literal('none') }),
  z.strictObject({
    ...Common,
    task: z.enum(['NodeTool@0', 'DownloadPipelineArtifact@2', 'AWSShellScript@1', 'AzureCLI@2']),
    inputs: Texts,
  }),
]);
export type Step = z.infer<typeof Step>;

const Variables = z
  .union([Texts, z.array(z.strictObject({ name: z.string(), value: Text }))])
  .default({})
  .transform((given) =>
    Array.isArray(given) ? Object.fromEntries(given.map(({ name, value }) => [name, value])) : given,
  );

const OfJob = {
  displayName: z.string(),
  timeoutInMinutes: z.number(),
  container: z.string().optional(),
  variables: Variables,
};

const Job = z.union([
  z
    .strictObject({ ...OfJob, job: z.string(), steps: z.array(Step) })
    .transform(({ job, ...rest }) => ({ ...rest, id: job, outputs: job, environment: undefined })),
  z
    .strictObject({
      ...OfJob,
      deployment: z.string(),
      environment: z.string(),
      strategy: z.strictObject({
        runOnce: z.strictObject({ deploy: z.strictObject({ steps: z.array(Step) }) }),
      }),
    })
    .transform(({ deployment, strategy, ...rest }) => ({
      ...rest,
      id: deployment,
      outputs: `${deployment}.${deployment}`,
      steps: strategy.runOnce.deploy.steps,
    })),
]);
export type Job = z.infer<typeof Job>;

export const Stage = z.strictObject({
  stage: z.string(),
  displayName: z.string(),
  dependsOn: z.array(z.string()).optional(),
  condition: Condition,
  lockBehavior: z.string().optional(),
  jobs: z.array(Job).length(1),
});
export type Stage = z.infer<typeof Stage>;

const Branches = z.object({ branches: z.object({ include: z.array(z.string()) }) });

export const Pipeline = z.strictObject({
  trigger: z.union([z.literal('none'), Branches]),
  pr: z.literal('none'),
  pool: z.strictObject({ vmImage: z.string() }),
  schedules: z.array(Branches.extend({ cron: z.string() })).default([]),
  stages: z.array(Stage),
});
