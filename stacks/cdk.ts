import { App } from 'aws-cdk-lib';
import { ASSET_RESOURCE_METADATA_ENABLED_CONTEXT, PATH_METADATA_ENABLE_CONTEXT } from 'aws-cdk-lib/cx-api';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { AdoptedSets } from '../constructs/aws/access/assignment-shard';
import type { Template } from '../constructs/aws/access/repeated-assignments';
import { diskFolder, listEstates } from '../src/estate/load/estate-folder';
import { GitError } from '../src/clouds/git/git-folder';
import { DEFAULT_ESTATES_FOLDER, PLACEMENT_FILE } from '../src/estate/source/estate-folder';
import type { EstatePlan } from '../src/estate/plan/estate-plan';
import { allFindings, planEstate } from '../src/estate/plan/estate-plan';
import type { Finding } from '../src/estate/source/finding';
import { compareText, formatFinding, hasErrors } from '../src/estate/source/finding';
import { quotedList } from '../src/estate/source/suggest';
import { findingAddress } from '../src/package/addresses';
import { addEstateStacks } from './aws/estate-app';
import { CDK_FLAGS } from './aws/flags';
import { imageSourceOf } from './image-source';

/** Metadata that the CDK's CLI asks for unless cdk.json says otherwise. */
const METADATA = { [PATH_METADATA_ENABLE_CONTEXT]: true, [ASSET_RESOURCE_METADATA_ENABLED_CONTEXT]: true };

/**
 * The CDK app of cdk.json: `cdk synth -c estate=sandbox`, or of the only estate without, and `-c estates=FOLDER` for estates
 * that are elsewhere. Faults of the estate end it with a list, not a stack trace.
 */
function main(): void {
  const app = new App({ analyticsReporting: false, postCliContext: { ...CDK_FLAGS, ...METADATA } });
  try {
    const plan = readPlan(
      app.node.tryGetContext('estate'),
      app.node.tryGetContext('estates') ?? DEFAULT_ESTATES_FOLDER,
    );
    addEstateStacks(app, plan, {
      imageOf: imageSourceOf,
      adopted: readAdopted(app.node.tryGetContext('adopt')),
      keptPolicies: readKept(app.node.tryGetContext('keepPolicies')),
    });
    app.synth();
  } catch (error) {
    if (!(error instanceof Refusal || error instanceof GitError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

/** A fault that the user can fix: the message says how, and a stack trace would not help. */
class Refusal extends Error {}

const AdoptedFile = z.record(z.string(), z.string().startsWith('arn:'));

/** `-c adopt=FILE`: permission sets whose assignments exist, as `npm run import` writes them. */
function readAdopted(file: unknown): AdoptedSets | undefined {
  if (file === undefined) return undefined;
  const path = typeof file === 'string' ? file : '';
  try {
    return new Map(Object.entries(AdoptedFile.parse(JSON.parse(readFileSync(path, 'utf8')))));
  } catch {
    throw new Refusal(`-c adopt=${path}: no file of permission sets; npm run import writes one`);
  }
}

const KeptFile = z.record(
  z.string(),
  z.object({
    Resources: z.record(
      z.string(),
      z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).exactOptional() }),
    ),
  }),
);

/** `-c keepPolicies=FILE`: deployed templates of policies, of which nothing is taken away, as `roll-out` writes them. */
function readKept(file: unknown): ReadonlyMap<string, Template> | undefined {
  if (file === undefined) return undefined;
  const path = typeof file === 'string' ? file : '';
  try {
    return new Map(Object.entries(KeptFile.parse(JSON.parse(readFileSync(path, 'utf8')))));
  } catch {
    throw new Refusal(`-c keepPolicies=${path}: no file of templates; npm run roll-out writes one`);
  }
}

function readPlan(given: unknown, folder: unknown): EstatePlan {
  if (typeof folder !== 'string' || folder === '') throw new Refusal('-c estates=FOLDER: must be a folder');
  const plan = planEstate(diskFolder(folder, chooseEstate(given, listEstates(folder))));
  const findings = allFindings(plan);
  for (const finding of findings) console.error(`${finding.severity}: ${formatFinding(finding)}`);
  if (hasErrors(findings)) {
    throw new Refusal(['The estate has errors; nothing was synthesised.', ...addressesOf(findings)].join('\n'));
  }
  // Synthesis never places assignments by itself: what is deployed must be what the lock file says.
  const state = plan.access?.placement.state ?? 'fresh';
  if (state === 'fresh') return plan;
  throw new Refusal(
    `${PLACEMENT_FILE} ${PLACEMENT_FAULTS[state]}: run npm run preview, review the file and commit it.`,
  );
}

const PLACEMENT_FAULTS = {
  stale: 'is stale',
  missing: 'is missing',
  conflicted: 'has conflict markers of a merge',
} as const;

/** Addresses of the pages about the errors, once each. */
function addressesOf(findings: readonly Finding[]): readonly string[] {
  const codes = new Set(findings.filter(({ severity }) => severity === 'error').map(({ code }) => code));
  return [...codes].toSorted(compareText).flatMap((code) => findingAddress(code, 'own') ?? []);
}

function chooseEstate(given: unknown, estates: readonly string[]): string {
  const name = given ?? (estates.length === 1 ? estates[0] : undefined);
  if (typeof name === 'string' && estates.includes(name)) return name;
  const fault = typeof name === 'string' ? `-c estate=${name}: no such estate` : 'say which estate: -c estate=NAME';
  throw new Refusal(`${fault}; estates: ${quotedList(estates)}`);
}

main();
