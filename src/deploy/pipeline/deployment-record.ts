import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { parameterAt, readParameter, writeParameter } from '../../clouds/aws/parameter';
import { readUpdates, type Update } from '../../clouds/pulumi/read-made';
import { programsOf, recordHome, nameAtEngine, type StackPlan } from '../../estate/plan/stacks/stacks';
import { deployedParameter } from '../../estate/sections/pipeline/limits';
import type { RunKind } from '../forges/runner';
import { type Deployment, LastDeployment } from './deployed-base';
import { deployedParts } from './deployed-parts';
import { parseWritten } from './written-file';

const NOTHING: LastDeployment = { unfinished: [] };

/** Unfinished deployments that are kept: a parameter has 4,096 characters at most. */
const KEPT = 8;

/** Record of the deployments of an estate. It is kept in what is deployed: only who deploys may write it. */
export interface DeploymentRecord {
  readonly read: () => Promise<LastDeployment>;
  /** Notes down that a deployment begins. @throws Error if another one began since the record was read */
  readonly begin: (own: Deployment) => Promise<void>;
  /** Notes down that it has ended well. @throws Error as `begin` does */
  readonly end: (own: Deployment) => Promise<void>;
}

/** The record of what the pipeline deploys: a parameter where it deploys to AWS, or else the updates that Pulumi keeps. */
export function recordOf(
  plan: StackPlan,
  run: RunKind | undefined,
  isInHistory: (commit: string) => boolean,
): DeploymentRecord {
  const { engines, homes } = deployedParts(plan, run);
  const home = homes.record;
  if (home !== undefined && engines.includes('cdk'))
    return new ParameterRecord(home.region, deployedParameter(plan.estate.name));
  const stacks = engines.includes('pulumi')
    ? programsOf(plan.estate).map((kind) => nameAtEngine(plan.estate, kind))
    : [];
  return {
    read: async () => lastOf(await Promise.all(stacks.map(readUpdates)), isInHistory),
    // Pulumi writes it.
    begin: () => Promise.resolve(),
    end: () => Promise.resolve(),
  };
}

/** What was deployed at a moment; undefined where nothing was by then, and where AWS has no record. @throws AwsCallError, Error */
export async function deployedAt(plan: StackPlan, when: Date): Promise<Deployment | undefined> {
  const home = recordHome(plan);
  if (home === undefined || plan.estate.pipeline === undefined) return undefined;
  const name = deployedParameter(plan.estate.name);
  const found = await parameterAt(home.region, name, when);
  return found === undefined ? undefined : parseRecord(name, found.value).last;
}

/** Attempts to bring what several deployments write at the same moment into one record. */
const ATTEMPTS = 5;

class ParameterRecord implements DeploymentRecord {
  private known: { readonly record: LastDeployment; readonly version: number } | undefined;

  constructor(
    private readonly region: string,
    private readonly name: string,
  ) {}

  async read(): Promise<LastDeployment> {
    return (await this.find()).record;
  }

  async begin(own: Deployment): Promise<void> {
    if (await this.write((record) => withBegun(record, own))) return;
    // What it took the place of is of a deployment that is at work.
    await this.settle((record) => record);
    throw new Error(
      `another deployment changed the parameter ${this.name} at the same moment. Wait until it has ended, then start a new run of all jobs`,
    );
  }

  end(own: Deployment): Promise<void> {
    return this.settle((record) => withEnded(record, own));
  }

  private async find(): Promise<{ readonly record: LastDeployment; readonly version: number }> {
    const found = await readParameter(this.region, this.name);
    return (this.known = {
      record: found === undefined ? NOTHING : parseRecord(this.name, found.value),
      version: found?.version ?? 0,
    });
  }

  /** Writes what follows from the record. @returns false if another one wrote meanwhile, whose record counts from then on */
  private async write(next: (record: LastDeployment) => LastDeployment): Promise<boolean> {
    const { record, version } = this.known ?? (await this.find());
    const value = JSON.stringify(next(record));
    const { version: written, other } = await writeParameter(this.region, this.name, { value, version });
    this.known = { record: parseRecord(this.name, other ?? value), version: written };
    return other === undefined;
  }

  private async settle(next: (record: LastDeployment) => LastDeployment): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) if (await this.write(next)) return;
    throw new Error(`other deployments keep changing the parameter ${this.name}`);
  }
}

/** Reads the record of what was deployed. @throws Error that says what to do where it is none */
export function parseRecord(name: string, text: string): LastDeployment {
  try {
    return parseWritten(LastDeployment, {
      file: `the parameter ${name}`,
      text,
      command: 'npx --no entra-aws ci deploy',
    });
  } catch (error) {
    throw new Error(
      `${error instanceof Error ? error.message : String(error)}\nNothing is deployed until the record is valid. Write an earlier version again (aws ssm get-parameter-history --name ${name}), or what is deployed: {"last":{"commit":"<40 digits>"},"unfinished":[]}`,
      { cause: error },
    );
  }
}

/** The record once a deployment begins; one that is run again stands in it once. */
export function withBegun({ last, unfinished }: LastDeployment, own: Deployment): LastDeployment {
  const others = unfinished.filter((one) => !isDeepStrictEqual(one, own));
  return { ...(last && { last }), unfinished: [...others, own].slice(-KEPT) };
}

/** The record once a deployment has ended well; one that began after it stays. */
export function withEnded({ unfinished }: LastDeployment, own: Deployment): LastDeployment {
  const at = unfinished.findIndex((one) => isDeepStrictEqual(one, own));
  return { last: own, unfinished: at === -1 ? unfinished : unfinished.slice(at + 1) };
}

/**
 * What the updates of an estate's programs say, of which each has its own, the newest first: the commit that the last deployment of
 * all programs had, and those that only some have, that failed, or that a person made of a commit which the branch lacks: what they
 * changed shows in what the engines say. Pulumi notes down an update when it ends; one that was killed
 * leaves its lock, and the next update says so.
 */
export function lastOf(all: readonly (readonly Update[])[], isInHistory: (commit: string) => boolean): LastDeployment {
  const isKnown = (update: Update): boolean => deploymentOf(update).url !== undefined || isInHistory(update.commit);
  const programs = all.map((updates) =>
    updates.map((update) => ({ ...update, isDone: update.isDone && isKnown(update) })),
  );
  const newest = programs.map((updates) => updates.find(({ isDone }) => isDone)?.at);
  const end = newest.includes(undefined) ? 0 : Math.min(...newest.flatMap((at) => at ?? []));
  const oldest = programs.flat().find(({ at, isDone }) => at === end && isDone);
  const since = programs.flatMap((updates) => updates.filter(({ at }) => at > (oldest?.at ?? 0)));
  const last = oldest && deploymentOf(oldest);
  // Of the same commit the other programs have theirs, and one may have been run again and failed.
  const others = since
    .toSorted((a, b) => a.at - b.at)
    .filter(({ commit, isDone }) => !isDone || commit !== last?.commit)
    .map(deploymentOf);
  const unfinished = [...new Map(others.map((one) => [JSON.stringify(one), one])).values()];
  return { ...(last && { last }), unfinished: unfinished.slice(last ? -KEPT : -1) };
}

function deploymentOf({ commit, message }: Update): Deployment {
  const url = z.url({ protocol: /^https?$/ }).safeParse(message).data;
  return { commit, ...(url !== undefined && { url }) };
}
