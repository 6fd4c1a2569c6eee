import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { AdoptedSets } from '../constructs/aws/access/assignments';
import type { Template } from '../constructs/aws/access/kept';
import type { StackPart } from '../constructs/aws/access/kept';
import { diskFolder, listEstates } from '../src/estate/load/estate-folder';
import { GitError } from '../src/clouds/git/git-folder';
import type { FileText } from '../src/estate/source/estate-folder';
import { DEFAULT_ESTATES_FOLDER, PLACEMENT_FILE } from '../src/estate/source/estate-folder';
import type { EstatePlan } from '../src/estate/plan/planner';
import { allFindings, planEstate } from '../src/estate/plan/estate-plan';
import type { Finding } from '../src/estate/source/finding';
import { compareText, formatFinding, hasErrors } from '../src/estate/source/finding';
import { quotedList } from '../src/text/suggest';
import { findingHelp } from '../src/package/contents/addresses';
import { builtImagesOf } from '../src/estate/sections/hosting/services';
import { AssemblyStamp } from './assembly-stamp';
import type * as Synthesize from './aws/synthesize';
import { imageSourceOf } from './image-source';
import { ValidatorProcess } from './validator-process';

/**
 * The CDK app of cdk.json: `cdk synth -c estate=sandbox`, or of the only estate without, and `-c estates=FOLDER` for estates
 * that are elsewhere. Faults of the estate end it with a list, not a stack trace. Where nothing has changed since the assembly
 * in the output folder was made, that one stays, and the CDK is not even loaded.
 */
function main(): void {
  try {
    synthesize(cliContext());
  } catch (error) {
    if (!(error instanceof Refusal || error instanceof GitError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

function synthesize(context: Readonly<Record<string, unknown>>): void {
  const { plan, files } = readPlan(context['estate'], context['estates'] ?? DEFAULT_ESTATES_FOLDER);
  const sources = readSources(context);
  const images = builtImagesOf(plan.estate).map((image) => imageSourceOf(image).hash);
  const given = [context, ...Object.values(sources).map((read) => [...(read ?? [])])].map((one) => JSON.stringify(one));
  const stamp = stampOf([...given, ...files, ...images]);
  if (stamp?.isCurrent() === true) return;
  stamp?.remove();
  const validator = new ValidatorProcess();
  validator.start();
  const { hasViolations } = loadCdk().synthesize(plan, { imageOf: imageSourceOf, validator, ...sources });
  validator.end();
  // What is found in an assembly is told each time.
  if (!hasViolations) stamp?.mark();
}

/** Files that context names, for the deployments that need one. */
function readSources(context: Readonly<Record<string, unknown>>) {
  return {
    adopted: readAdopted(context['adopt']),
    keptPolicies: readKept(context['keepPolicies']),
    parts: readParts(context['part']),
  };
}

/** Context that `cdk -c` and cdk.json give, where the CDK's CLI puts it for an app. */
function cliContext(): Readonly<Record<string, unknown>> {
  const { CDK_CONTEXT_JSON: text = '{}', CONTEXT_OVERFLOW_LOCATION_ENV: file } = process.env;
  const overflow = file === undefined ? '{}' : readFileSync(file, 'utf8');
  return { ...Context.parse(JSON.parse(text)), ...Context.parse(JSON.parse(overflow)) };
}

const Context = z.record(z.string(), z.unknown());

/** Variables of the CDK that change from run to run, or are among the inputs already. */
const PASSING_VARIABLES: ReadonlySet<string> = new Set(['CDK_CONTEXT_JSON', 'CDK_HOME', 'CDK_OUTDIR']);

/** None in a pipeline, which synthesises once and trusts no folder that it finds, nor where no folder is named. */
function stampOf(inputs: readonly string[]): AssemblyStamp | undefined {
  const { CI, CDK_OUTDIR: folder } = process.env;
  if (folder === undefined || (CI !== undefined && CI !== '' && CI !== 'false')) return undefined;
  const variables = Object.entries(process.env).filter(
    ([name]) => /^(CDK|JSII)_/.test(name) && !PASSING_VARIABLES.has(name),
  );
  return AssemblyStamp.of(folder, [...inputs, JSON.stringify(variables.toSorted())]);
}

/** The CDK and its service libraries take a second to load. */
function loadCdk(): typeof Synthesize {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() gives a promise; a program ends when it has run
  return require('./aws/synthesize') as typeof Synthesize;
}

/** A fault that the user can fix: the message says how, and a stack trace would not help. */
class Refusal extends Error {}

const AdoptedFile = z.record(z.string(), z.string().startsWith('arn:'));

/** `-c adopt=FILE`: permission sets whose assignments exist, as `npx --no entra-aws import` writes them. */
function readAdopted(file: unknown): AdoptedSets | undefined {
  const read = readContextFile(
    { adopt: file },
    AdoptedFile,
    'no file of permission sets; npx --no entra-aws import writes one',
  );
  return read && new Map(Object.entries(read));
}

const DeployedTemplate = z.object({
  Parameters: z.record(z.string(), z.unknown()).exactOptional(),
  Resources: z
    .record(
      z.string(),
      z.looseObject({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).exactOptional() }),
    )
    .exactOptional(),
});

const KeptFile = z.record(z.string(), DeployedTemplate);

const PartFile = z.record(
  z.string(),
  z.object({
    accounts: z.array(z.string()),
    root: DeployedTemplate,
    nested: z.array(z.tuple([z.number(), DeployedTemplate])),
  }),
);

/** `-c part=FILE`: accounts that one operation changes in an access stack, and what is deployed of the others. */
function readParts(file: unknown): ReadonlyMap<string, StackPart> | undefined {
  const read = readContextFile(
    { part: file },
    PartFile,
    'no file of parts; npx --no entra-aws deploy roll-out writes one',
  );
  if (read === undefined) return undefined;
  return new Map(
    Object.entries(read).map(([stack, { accounts, root, nested }]) => [
      stack,
      { accounts, deployed: { root, shards: new Map(nested) } },
    ]),
  );
}

/** `-c keepPolicies=FILE`: deployed templates of policies, of which nothing is taken away, as `roll-out` writes them. */
function readKept(file: unknown): ReadonlyMap<string, Template> | undefined {
  const read = readContextFile(
    { keepPolicies: file },
    KeptFile,
    'no file of templates; npx --no entra-aws deploy roll-out writes one',
  );
  return read && new Map(Object.entries(read));
}

/** The file that a key of the context names. Undefined without one. @throws Refusal for a file of another form */
function readContextFile<T>(
  context: Readonly<Record<string, unknown>>,
  schema: z.ZodType<T>,
  problem: string,
): T | undefined {
  const [given] = Object.entries(context).filter(([, file]) => file !== undefined);
  if (given === undefined) return undefined;
  const [key, file] = given;
  const path = typeof file === 'string' ? file : '';
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    throw new Refusal(`-c ${key}=${path}: ${problem}`);
  }
}

interface ReadPlan {
  readonly plan: EstatePlan;
  /** All that the plan was made from. */
  readonly files: readonly string[];
}

function readPlan(given: unknown, folder: unknown): ReadPlan {
  if (typeof folder !== 'string' || folder === '') throw new Refusal('-c estates=FOLDER: must be a folder');
  const estate = diskFolder(folder, chooseEstate(given, listEstates(folder)));
  const files: string[] = [estate.name, estate.label, estate.latestDay];
  const read = (path: string): FileText => {
    const text = estate.read(path);
    files.push(JSON.stringify([path, text]));
    return text;
  };
  const plan = planEstate({ ...estate, read });
  const findings = allFindings(plan);
  for (const finding of findings) console.error(`${finding.severity}: ${formatFinding(finding)}`);
  if (hasErrors(findings)) {
    throw new Refusal(['The estate has errors; nothing was synthesised.', ...pagesOf(findings)].join('\n'));
  }
  // Synthesis never places assignments by itself: what is deployed must be what the lock file says.
  const state = plan.access?.placement.state ?? 'fresh';
  if (state === 'fresh') return { plan, files };
  throw new Refusal(
    `${PLACEMENT_FILE} ${PLACEMENT_FAULTS[state]}: run npx --no entra-aws preview, review the file and commit it.`,
  );
}

const PLACEMENT_FAULTS = {
  stale: 'is stale',
  missing: 'is missing',
  conflicted: 'has conflict markers of a merge',
} as const;

/** Addresses of the pages about the errors, or the commands that print them, once each. */
function pagesOf(findings: readonly Finding[]): readonly string[] {
  const codes = new Set(findings.filter(({ severity }) => severity === 'error').map(({ code }) => code));
  return [...codes].toSorted(compareText).flatMap((code) => findingHelp(code, 'own') ?? []);
}

function chooseEstate(given: unknown, estates: readonly string[]): string {
  const name = given ?? (estates.length === 1 ? estates[0] : undefined);
  if (typeof name === 'string' && estates.includes(name)) return name;
  const fault = typeof name === 'string' ? `-c estate=${name}: no such estate` : 'say which estate: -c estate=NAME';
  throw new Refusal(`${fault}; estates: ${quotedList(estates)}`);
}

main();
