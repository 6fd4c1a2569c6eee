import { z } from 'zod';
import { JOBS } from '../../../src/deploy/ci/jobs';
import { PLAN_FOLDER } from '../../../src/deploy/pipeline/steps';
import { azurePipelines } from '../../support/workflows/forge-jobs';

const Step = z.looseObject({ displayName: z.string().optional() });
const Steps = z.array(Step);
const Job = z
  .object({
    displayName: z.string(),
    steps: Steps.optional(),
    strategy: z.object({ runOnce: z.object({ deploy: z.object({ steps: Steps }) }) }).optional(),
  })
  .transform(({ displayName, steps, strategy }) => ({
    displayName,
    isDeployment: strategy !== undefined,
    steps: steps ?? strategy?.runOnce.deploy.steps ?? [],
  }));
const Stage = z.object({ displayName: z.string(), lockBehavior: z.string().optional(), jobs: z.tuple([Job]) });
const Pipelines = z.record(z.string(), z.object({ stages: z.array(Stage) }));

// The templates are text; what finds a deployment, a step and a folder again is not.
const stages = Object.values(Pipelines.parse(azurePipelines())).flatMap((pipeline) => pipeline.stages);
const jobs = stages.flatMap((stage) => stage.jobs);

test('every job of Azure DevOps begins with the whole history and nothing of another run, and keeps no token', () => {
  expect(jobs.length).toBeGreaterThan(JOBS.length);
  for (const { displayName, steps } of jobs) {
    const [checkout] = steps.filter((step) => 'checkout' in step);
    expect([displayName, checkout]).toEqual([
      displayName,
      { checkout: 'self', clean: 'true', fetchDepth: 0, persistCredentials: 'false' },
    ]);
  }
});

test('what a job of Azure DevOps takes is in a folder that the agent empties', () => {
  const inputs = z.object({ targetPath: z.string() });
  const folders = jobs.flatMap(({ steps }) =>
    steps.flatMap((step) => (step['task'] === 'DownloadPipelineArtifact@2' ? [inputs.parse(step['inputs'])] : [])),
  );
  expect(new Set(folders.map(({ targetPath }) => targetPath))).toEqual(new Set(['$(Agent.TempDirectory)/taken']));
});

test('what a job of Azure DevOps leaves is the folder that jobs write to, once something was installed', () => {
  const kept = jobs.flatMap(({ steps }) => steps.filter((step) => 'publish' in step));
  expect(kept.length).toBeGreaterThan(5);
  for (const step of kept)
    expect(step).toMatchObject({
      publish: `$(System.DefaultWorkingDirectory)/${PLAN_FOLDER}`,
      condition: "and(not(canceled()), eq(variables['INSTALLED'], 'true'))",
    });
});

test('a deployment of Azure DevOps takes its turn, and names its connections', () => {
  const [stage, ...others] = stages.filter(({ jobs: [{ displayName }] }) => displayName === 'Deploy sandbox');
  expect(others).toEqual([]);
  expect(stage).toMatchObject({ displayName: 'Deploy: sandbox', lockBehavior: 'sequential' });
  const named = (stage?.jobs[0].steps ?? []).filter(({ displayName = '' }) => displayName.startsWith('Name the '));
  expect(named).toHaveLength(3);
});

test('a job of Azure DevOps that waits for an approval takes no artifact but those that it names', () => {
  const waiting = jobs.filter(({ isDeployment }) => isDeployment);
  expect(waiting.map(({ displayName }) => displayName).toSorted()).toEqual(['Ask Pulumi sandbox', 'Deploy sandbox']);
  for (const { steps } of waiting) expect(steps[0]).toEqual({ download: 'none' });
});
