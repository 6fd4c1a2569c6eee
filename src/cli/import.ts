import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readAssignments } from '../clouds/aws/read-assignments';
import { readAttributes, readPermissionSets } from '../clouds/aws/read-permission-sets';
import { diskFolder, listEstates } from '../estate/load/estate-folder';
import type { DeployedAccess, LeftThing } from '../import/adopt';
import type { ImportSource } from '../import/import-estate';
import { importEstate, overlay } from '../import/import-estate';
import { describeLeft, SHOWN_LINES } from '../import/report';
import { resourceMapping } from '../import/resource-mapping';
import { checkEstateName } from '../estate/sections/shared/estate-name';
import { ESTATE_FILE, ORGANIZATION_FILE } from '../estate/source/estate-folder';
import type { EstatePlan } from '../estate/plan/estate-plan';
import { allFindings, planEstate } from '../estate/plan/estate-plan';
import type { Finding } from '../estate/source/finding';
import { formatFinding, hasErrors, showValue } from '../estate/source/finding';
import { visibleLines } from '../estate/source/visible';
import { locate } from '../estate/source/source-document';
import type { AwsSource } from '../clouds/aws/aws-source';
import { CONCURRENCY, createAwsSource } from '../clouds/aws/aws-source';
import { createProgress } from '../clouds/aws/progress';
import { readSnapshot } from '../clouds/aws/organization/read-snapshot';
import { serializeOrganization } from '../clouds/aws/organization/serialize';
import { synthesizeEstate } from '../preview/engine/synthesize';
import {
  DEFAULT_ESTATES_FOLDER,
  EXIT,
  parseCommandArgs,
  parseInteger,
  runCommand,
  UsageError,
  writeAtomically,
} from './program/cli';

const HELP = `npm run import -- --estate NAME [options]

Reads permission sets, assignments of groups and attributes for access control from IAM Identity Center, and writes an
estate that gives exactly these: estates/NAME/estate.yaml, organization.json and placement.lock.json. Beside it, in
plan/NAME/import, what cdk import and cdk deploy need to adopt it (docs/importing.md), and left.txt, which lists what an
estate can't hold. Nothing in AWS changes. Run it in the management account or the delegated administrator of IAM Identity Center.

  --estate NAME      the new estate
  --force            replace the access section of an estate that exists; its other sections stay
  --mapping-only     leave the estate's files alone, write the files in plan/NAME/import for the estate as it is
  --region REGION    Region of IAM Identity Center (default: AWS_REGION, or the profile)
  --instance ARN     instance of IAM Identity Center (default: the only one of the organization)
  --concurrency N    calls to AWS at once, ${CONCURRENCY.min} to ${CONCURRENCY.max} (default: ${CONCURRENCY.default})
  --out FOLDER       where those files go (default: plan/NAME/import)
  --estates FOLDER   where the estates are (default: ${DEFAULT_ESTATES_FOLDER})
  --help             show this

Exit codes: 0 written, 1 failed, or the estate has errors to mend, 2 called wrongly.
`;

interface ImportArgs {
  readonly name: string;
  readonly estates: string;
  readonly out: string;
  readonly mappingOnly: boolean;
  readonly region: string | undefined;
  readonly instanceArn: string | undefined;
  readonly concurrency: number;
}

async function main(argv: readonly string[]): Promise<number> {
  const values = parseCommandArgs(argv, {
    estate: { type: 'string' },
    force: { type: 'boolean', default: false },
    'mapping-only': { type: 'boolean', default: false },
    region: { type: 'string' },
    instance: { type: 'string' },
    concurrency: { type: 'string', default: String(CONCURRENCY.default) },
    out: { type: 'string' },
    estates: { type: 'string', default: DEFAULT_ESTATES_FOLDER },
    help: { type: 'boolean', default: false },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return EXIT.ok;
  }
  const { estates, region, instance: instanceArn } = values;
  const mappingOnly = values['mapping-only'];
  const concurrency = parseInteger('--concurrency', values.concurrency, CONCURRENCY);
  const name = checkedName(values.estate, { estates, mayExist: values.force || mappingOnly });
  const out = values.out ?? join('plan', name, 'import');
  return importInto({ name, estates, out, mappingOnly, region, instanceArn, concurrency });
}

function checkedName(name: string | undefined, { estates, mayExist }: { estates: string; mayExist: boolean }): string {
  if (name === undefined || name === '') throw new UsageError('Say how the estate is called: --estate NAME.');
  const [fault] = checkEstateName(name);
  if (fault !== undefined) throw new UsageError(`--estate ${showValue(name)} must be ${fault.allowed ?? ''}`);
  if (mayExist || !listEstates(estates).includes(name)) return name;
  throw new UsageError(
    `${join(estates, name, ESTATE_FILE)} exists: --force replaces its access section, --mapping-only leaves it alone.`,
  );
}

async function importInto(args: ImportArgs): Promise<number> {
  const source = await readFromAws(args);
  const folder = diskFolder(args.estates, args.name);
  if (args.mappingOnly) {
    const plan = planEstate(overlay(folder, { [ORGANIZATION_FILE]: source.organizationText }));
    return writeMapping(plan, source, args);
  }
  const { files, plan, left, counts } = importEstate(folder, source);
  for (const [file, text] of Object.entries(files)) await writeFile(join(args.estates, args.name, file), text);
  const assignments = plan.access?.expansion.assignments.length ?? 0;
  process.stdout.write(
    `${join(args.estates, args.name, ESTATE_FILE)} written: ${counts.sets} permission sets, ${assignments} assignments ` +
      `by ${counts.grants} grants with ${counts.selectors} selectors\n`,
  );
  await writeLeft(left, args);
  return writeMapping(plan, source, args);
}

async function readFromAws({ region, instanceArn, concurrency }: ImportArgs): Promise<ImportSource> {
  const progress = createProgress(process.stderr);
  try {
    const source = createAwsSource({ region, concurrency, onProgress: progress.show });
    const organization = await readSnapshot(source, { instanceArn });
    const deployed = await readAccess(source, organization.identityCenter.instanceArn);
    return { deployed, organizationText: serializeOrganization(organization) };
  } finally {
    progress.clear();
  }
}

async function readAccess(source: AwsSource, instanceArn: string): Promise<DeployedAccess> {
  const attributes = await readAttributes(source, instanceArn);
  const permissionSets = await readPermissionSets(source, instanceArn);
  return { attributes, permissionSets, assignments: await readAssignments(source, instanceArn, permissionSets) };
}

/** What stays outside of the estate: all of it in a file, the beginning of it on the terminal. */
async function writeLeft(left: readonly LeftThing[], { out }: ImportArgs): Promise<void> {
  const path = join(out, 'left.txt');
  const text = left.length === 0 ? 'The estate holds everything that was read.\n' : describeLeft(left);
  await writeFile(path, visibleLines(text));
  if (left.length === 0) return;
  process.stdout.write(
    `\nNot in the estate (${path} has all of it):\n\n${visibleLines(describeLeft(left, SHOWN_LINES))}\n`,
  );
}

/** Writes which resources of each stack exist; an estate with errors has no templates yet. */
async function writeMapping(plan: EstatePlan, { deployed }: ImportSource, args: ImportArgs): Promise<number> {
  if (hasErrors(plan.findings) || plan.access === undefined) return reportFindings(allFindings(plan), args);
  const { instanceArn } = plan.access.organization;
  const { templates, issues } = synthesizeEstate(plan);
  const tops = templates.filter(({ role, shard }) => (role === 'access' || role === 'management') && !shard);
  for (const { stack, template } of tops) {
    const mapping = resourceMapping(template, deployed, instanceArn);
    const path = join(args.out, `${stack}.json`);
    await writeFile(path, `${JSON.stringify(mapping, undefined, 2)}\n`);
    process.stdout.write(`${path} written: ${Object.keys(mapping).length} resources for cdk import\n`);
  }
  const adopted = join(args.out, 'permission-sets.json');
  const arns = Object.fromEntries(deployed.permissionSets.map(({ name, arn }) => [name, arn]));
  await writeFile(adopted, `${JSON.stringify(arns, undefined, 2)}\n`);
  process.stdout.write(`${adopted} written: for cdk deploy -c adopt=${adopted} --import-existing-resources\n`);
  return reportFindings([...allFindings(plan), ...issues.map((issue) => locate(issue, plan))], args);
}

function reportFindings(findings: readonly Finding[], { name }: ImportArgs): number {
  for (const finding of findings) process.stderr.write(`${finding.severity}: ${formatFinding(finding)}\n`);
  if (!hasErrors(findings)) return EXIT.ok;
  process.stderr.write(
    'The estate says what is deployed, and the errors above keep it from being deployed as it is. Mend or acknowledge ' +
      `them, then run npm run import -- --estate ${name} --mapping-only\n`,
  );
  return EXIT.failed;
}

async function writeFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeAtomically(path, text);
}

void runCommand(main);
