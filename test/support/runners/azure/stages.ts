import { evaluate, isTrue, type Value } from './expression';
import { type AzureRun, JobRun, type JobResult } from './job';
import type { Stage } from './pipeline';

type StageResult = JobResult | 'Skipped';

interface Ended {
  readonly stage: Stage;
  readonly result: StageResult;
  readonly outputs: Readonly<Record<string, string>>;
}

/** Runs the stages of a pipeline, each after those that it depends on, two at a time. */
export async function runStages(run: AzureRun, stages: readonly Stage[]): Promise<readonly Ended[]> {
  const ended = new Map<string, Promise<Ended>>();
  const free: (() => void)[] = [];
  let running = 0;
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= 2) await new Promise<void>((resolve) => free.push(resolve));
    running++;
    try {
      return await work();
    } finally {
      running--;
      free.shift()?.();
    }
  };
  for (const [index, stage] of stages.entries()) {
    const before = stages[index - 1]?.stage;
    const names = stage.dependsOn ?? (before === undefined ? [] : [before]);
    const needed = names.map((name) => {
      const found = ended.get(name);
      if (found === undefined) throw new Error(`${stage.stage} depends on '${name}', which does not stand before it`);
      return found;
    });
    ended.set(
      stage.stage,
      Promise.all(needed).then((done) => inTurn(() => runStage(run, stage, done))),
    );
  }
  return Promise.all(ended.values());
}

async function runStage(run: AzureRun, stage: Stage, needed: readonly Ended[]): Promise<Ended> {
  const kept = run.kept[stage.stage];
  if (kept !== undefined) return { stage, result: 'Succeeded', outputs: kept };
  const results = needed.map(({ result }) => result);
  const dependencies = Object.fromEntries(
    needed.map(({ stage: { stage: name }, result, outputs }): [string, Value] => [name, { result, outputs }]),
  );
  const functions = {
    succeeded: () => results.every((result) => result === 'Succeeded' || result === 'SucceededWithIssues'),
    failed: () => results.includes('Failed'),
    succeededOrFailed: () => results.every((result) => result !== 'Skipped'),
    always: () => true,
    canceled: () => false,
  };
  const names = { dependencies, variables: run.variables };
  const isMet = isTrue(evaluate(stage.condition ?? 'succeeded()', { names, functions }));
  run.log(`== ${stage.displayName}: ${isMet ? 'runs' : 'skipped'}`);
  const [job] = stage.jobs;
  if (!isMet || job === undefined) return { stage, result: 'Skipped', outputs: {} };
  const jobRun = new JobRun(run, job, stage.stage);
  const result = await jobRun.toItsEnd();
  run.log(`== ${stage.displayName}: ${result}`);
  const outputs = Object.entries(jobRun.outputs).map(([name, value]): [string, string] => [
    `${job.outputs}.${name}`,
    value,
  ]);
  return { stage, result, outputs: Object.fromEntries(outputs) };
}
