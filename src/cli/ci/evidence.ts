import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { version } from '../../../package.json';
import { putRecord } from '../../clouds/aws/evidence-bucket';
import { commitsOf, openRevision } from '../../clouds/git/git-folder';
import { type Forge, ForgeError, type MergedChange } from '../../deploy/forges/forge';
import { forgeRun } from '../../deploy/forges/forge-run';
import { readDeployedBase } from '../../deploy/pipeline/deployed-base';
import {
  type EvidenceRecord,
  packed,
  parseResults,
  planDigest,
  RESULTS_VARIABLE,
  type StepResult,
} from '../../deploy/pipeline/evidence';
import { readPublishedImages } from '../../deploy/pipeline/images';
import { readOutcomes } from '../../deploy/pipeline/outcome';
import { readIfThere } from '../../estate/load/estate-folder';
import { evidenceHome } from '../../estate/plan/stacks/stacks';
import { deployEnvironment } from '../../estate/sections/pipeline/limits';
import { deployedBranch } from '../../estate/sections/pipeline/pipeline';
import type * as commands from './options';
import { printed } from '../program/cli';
import type { OptionsOf } from '../program/define';
import { readEstate } from '../program/estate';

type Options = OptionsOf<typeof commands.evidence>;

export async function run(options: Options): Promise<number> {
  const { name, plan } = readEstate(options);
  const home = evidenceHome(plan);
  if (home === undefined) return printed(`the estate ${name} keeps no records of deployments\n`);
  const forge = forgeRun(process.env, { branch: deployedBranch(plan.estate) });
  const steps = parseResults(process.env[RESULTS_VARIABLE] ?? '');
  const record = packed(await recordOf(options, { name, forge, steps, environment: deployEnvironment(plan.estate) }));
  await putRecord(home, record);
  return printed(`kept for ${home.keepDays} days: s3://${home.bucket}/${record.key}\n`);
}

interface Deployed {
  readonly name: string;
  readonly forge: Forge;
  readonly steps: readonly StepResult[];
  /** Environment of the deployment; without one it waits for no approval. */
  readonly environment: string | undefined;
}

async function recordOf(
  options: Options,
  { name, forge, steps, environment }: Deployed,
): Promise<Omit<EvidenceRecord, 'version'>> {
  const { deployed = '' } = options;
  const base = existsSync(deployed) ? readDeployedBase(deployed) : undefined;
  const before = base?.kind === 'commit' ? base.deployed.commit : undefined;
  const changes = await said(() => changesSince(options.estates, before, forge));
  const approvals = await said(async () =>
    environment === undefined ? [] : [...(await forge.approvals(environment))],
  );
  const now = new Date().toISOString();
  return {
    ...{ program: version, estate: name, commit: openRevision(options.estates, 'HEAD').commit },
    ...(before !== undefined && { before }),
    ...{ forge: forge.name, run: forge.runUrl, began: steps[0]?.began ?? now, ended: now },
    result: steps.every(({ result }) => result === 'succeeded') ? 'succeeded' : 'failed',
    ...{ changes, approvals },
    plan: planOf(options, name),
    steps: [...steps],
  };
}

/** What the forge says; what it does not is unknown, and never taken for none. */
async function said<T>(ask: () => Promise<T>) {
  try {
    return { state: 'known', value: await ask() } as const;
  } catch (error) {
    if (!(error instanceof ForgeError)) throw error;
    return { state: 'unknown', reason: error.message } as const;
  }
}

/** Commits of one deployment whose pull requests are asked for. */
const MOST_COMMITS = 100;

async function changesSince(estates: string, before: string | undefined, forge: Forge) {
  const commits = commitsOf(estates, before, MOST_COMMITS + 1);
  if (commits.length > MOST_COMMITS)
    throw new ForgeError(
      `more than ${MOST_COMMITS} commits were deployed at once, whose pull requests are not looked up`,
    );
  const found = new Map<number, MergedChange>();
  for (const commit of commits) for (const change of await forge.mergedWith(commit)) found.set(change.number, change);
  return [...found.values()].map(({ number, approvals }) => ({ number, approvals: [...approvals] }));
}

/** What the approver was shown. */
function planOf({ preview: folder, clouds }: Options, name: string): EvidenceRecord['plan'] {
  const preview = readIfThere(join(folder ?? join('plan', name), 'preview.md'));
  const outcomes = existsSync(clouds) ? readOutcomes(clouds) : [];
  const plan = {
    ...(preview !== undefined && { preview }),
    engines: outcomes.map(({ step, command, state, text }) => ({ step, command, state, text })),
    images: Object.fromEntries((readPublishedImages(clouds) ?? []).map((image) => [image.name, image.digest])),
  };
  return { sha256: planDigest(plan), ...plan };
}
