import { join } from 'node:path';
import { type AwsSource, createIdentityCenterClients } from '../../clouds/aws/aws-clients';
import {
  knownRegion,
  readOrganizationOnDisk,
  serializeOrganization,
} from '../../clouds/aws/organization/compare-snapshot';
import { readUserNames } from '../../clouds/aws/read-identity-store';
import { readSnapshot } from '../../clouds/aws/organization/read-snapshot';
import { readAssignments } from '../../clouds/aws/read-assignments';
import { readAttributes, readPermissionSets } from '../../clouds/aws/read-permission-sets';
import { entraAws, shellLine } from '../../deploy/steps/command';
import { diskFolder, listEstates } from '../../estate/load/estate-folder';
import { allFindings, planEstate } from '../../estate/plan/estate-plan';
import type { EstatePlan } from '../../estate/plan/planner';
import { grantedUsers } from '../../estate/sections/access/plan/expand';
import { isDay } from '../../estate/sections/durations';
import { checkEstateName } from '../../estate/sections/estate-name';
import { ESTATE_FILE, ORGANIZATION_FILE, withTexts } from '../../estate/source/estate-folder';
import { type Finding, formatFinding, hasErrors, showValue } from '../../estate/source/finding';
import type { OrganizationFile } from '../../estate/source/organization';
import { locate } from '../../estate/source/source-document';
import { type DeployedAccess, resourceMapping } from '../../import/adopt';
import { importEstate, type ImportSource } from '../../import/import-estate';
import { describeLeft } from '../../import/report';
import { synthesizeEstate } from '../../preview/engine/synthesize';
import { EXIT, UsageError, writeAtomically, readGiven } from '../program/cli';
import { refreshSchema } from '../program/editor-schema';
import type { OptionsOf } from '../program/define';
import { ONLY_AWS, requireTarget } from '../program/local-target';
import { withProgress } from '../program/progress';
import type * as ImportEntra from './import-entra';
import type { TenantIds } from './import-entra';
import type * as commands from './options';
import { writeLeft } from './write-left';
import { z } from 'zod';
import { Session } from '../../../provider/session';
import { trustCertificateFile } from '../../../provider/trust';
import { runStackOutput } from '../../clouds/pulumi/read-made';
import { stackName } from '../../estate/plan/stacks/stacks';
import { ACS_URL, SAML_ISSUER } from '../../estate/sections/limits';
import { CONSOLE_STEPS } from '../../estate/sections/workforce/console-steps';
import type { SamlSettings } from '../../estate/sections/workforce/workforce';
import { parseQuietly } from '../../estate/source/json-source';
import { parseSamlMetadata, parseServiceMetadata } from '../../estate/source/saml-metadata';

type Options = OptionsOf<typeof commands.importEstate>;

type ImportArgs = Options & { readonly name: string; readonly out: string };

export async function run(options: Options): Promise<number> {
  const code = await importAsAsked(options);
  await refreshSchema(options.estates);
  return code;
}

async function importAsAsked(options: Options): Promise<number> {
  const name = checkName(options);
  if (options.saml !== undefined) return runSaml(options, name, options.saml);
  const out = options.out ?? join('plan', name, 'import');
  if (options.from === 'entra') return runEntra({ ...options, name, out });
  checkLastDay(options.usersUntil);
  const [foreign] = ENTRA_OPTIONS.filter((key) => options[key] !== undefined);
  if (foreign !== undefined) throw new UsageError(`${flagOf(foreign)} belongs to --from entra.`);
  ensureNew({ ...options, name, sections: ['access'] });
  requireTarget(options.against, ONLY_AWS);
  return importInto({ ...options, name, out });
}

function runSaml({ estates, out }: Options, name: string, file: string): Promise<number> {
  const plan = listEstates(estates).includes(name) ? planEstate(diskFolder(estates, name)) : undefined;
  return importFromSaml({ name, estates, file, out, plan, print });
}

/** @throws UsageError unless it is a day to come, or today */
function checkLastDay(day: string | undefined): void {
  if (day === undefined) return;
  const today = new Date().toISOString().slice(0, 10);
  if (!isDay(day) || day < today) throw new UsageError(`--users-until must be a day from ${today} on, got '${day}'`);
}

const ENTRA_OPTIONS = [
  'tenant',
  'customersTenant',
  'application',
  'webApplication',
  'apiApplication',
  'webOrigin',
  'scimEndpoint',
  'scimTokenExpires',
] as const satisfies readonly (keyof Options)[];
const AWS_OPTIONS = ['region', 'instance', 'usersUntil'] as const satisfies readonly (keyof Options)[];

/** `--customers-tenant` of `customersTenant`. */
function flagOf(key: string): string {
  return `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Directories that the options name, or else the estate, or else the environment. @throws UsageError if there is none */
function tenantsOf({ tenant, customersTenant }: Options, plan: EstatePlan | undefined): TenantIds {
  const { WORKFORCE_ARM_TENANT_ID, CUSTOMERS_ARM_TENANT_ID, ARM_TENANT_ID } = process.env;
  const { workforce, customers } = plan?.estate ?? {};
  const ways: readonly TenantIds[] = [
    { workforce: tenant, customers: customersTenant },
    { workforce: workforce?.tenantId, customers: customers?.tenantId },
    { workforce: WORKFORCE_ARM_TENANT_ID, customers: CUSTOMERS_ARM_TENANT_ID },
    { workforce: ARM_TENANT_ID },
  ];
  const found = ways.find((ids) => Object.values(ids).some((id) => id !== undefined));
  if (found !== undefined) return found;
  throw new UsageError('Name the directories to read: --tenant ID, --customers-tenant ID, or both.');
}

/** @throws UsageError unless it is an address */
function originOf(given: string): string {
  if (URL.canParse(given)) return new URL(given).origin;
  throw new UsageError(`--web-origin must be an origin such as https://claims.example.com, got ${showValue(given)}`);
}

/** Pulumi takes half a second to load, and an import from AWS does without. */
function loadEntra(): typeof ImportEntra {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- jest does not find what import() would load
  return require('./import-entra') as typeof ImportEntra;
}

const print = (text: string): void => void process.stdout.write(text);

async function runEntra(args: ImportArgs): Promise<number> {
  const [foreign] = AWS_OPTIONS.filter((key) => args[key] !== undefined);
  if (foreign !== undefined) throw new UsageError(`${flagOf(foreign)} belongs to --from aws.`);
  const exists = listEstates(args.estates).includes(args.name);
  const plan = exists ? planEstate(diskFolder(args.estates, args.name)) : undefined;
  const tenants = tenantsOf(args, plan);
  const sections = (['workforce', 'customers'] as const).filter((section) => tenants[section] !== undefined);
  ensureNew({ ...args, sections });
  requireTarget(args.against, { aws: false, graph: sections, signIn: false });
  const scim = plan?.estate.workforce?.awsApplication?.scim;
  const { importFromEntra } = loadEntra();
  return withProgress((onProgress) =>
    importFromEntra({
      ...args,
      tenants,
      choice: { web: args.webApplication, api: args.apiApplication },
      host: args.webOrigin?.map(originOf),
      scim: {
        endpoint: args.scimEndpoint ?? scim?.endpoint,
        tokenExpires: args.scimTokenExpires ?? scim?.tokenExpires,
      },
      environment: process.env,
      now: new Date(),
      onProgress,
      print,
    }),
  );
}

/** Name of the estate to write. It need not exist yet. @throws UsageError if it is none */
function checkName({ estate: name }: Options): string {
  if (name === undefined) throw new UsageError('Give the estate a name: --estate NAME.');
  const [fault] = checkEstateName({ name });
  if (fault !== undefined) throw new UsageError(`--estate ${showValue(name)} must be ${fault.allowed ?? ''}`);
  return name;
}

interface NewSections extends Pick<Options, 'estates' | 'force' | 'mappingOnly' | 'from'> {
  readonly name: string;
  /** Sections that are to be written. */
  readonly sections: readonly ('access' | 'workforce' | 'customers')[];
}

/** @throws UsageError if something would be overwritten unasked */
function ensureNew({ name, estates, force, mappingOnly, from, sections }: NewSections): void {
  if (force || mappingOnly || !listEstates(estates).includes(name)) return;
  const { estate } = planEstate(diskFolder(estates, name));
  const there = sections.filter((section) => estate[section] !== undefined);
  if (from === 'entra' && there.length === 0) return;
  const what = sections.length === 1 ? `its ${sections.join()} section` : `its sections ${sections.join(' and ')}`;
  throw new UsageError(
    `${join(estates, name, ESTATE_FILE)} exists: --force replaces ${what}, --mapping-only leaves it alone.`,
  );
}

async function importInto(args: ImportArgs): Promise<number> {
  const source = await readFromAws(args);
  const folder = diskFolder(args.estates, args.name);
  if (args.mappingOnly) {
    const plan = planEstate(withTexts(folder, { [ORGANIZATION_FILE]: source.organizationText }));
    return writeMapping(plan, source, args);
  }
  const { files, plan, left, counts } = importEstate(folder, source);
  for (const [file, text] of Object.entries(files)) await writeAtomically(join(args.estates, args.name, file), text);
  const assignments = plan.access?.expansion.assignments.length ?? 0;
  process.stdout.write(
    `${join(args.estates, args.name, ESTATE_FILE)} written: ${counts.sets} permission sets, ${assignments} assignments ` +
      `by ${counts.grants} grants with ${counts.selectors} selectors\n`,
  );
  await writeLeft(join(args.out, 'left.txt'), {
    describe: (limit) => describeLeft(left, limit),
    heading: 'Not in the estate',
    print,
  });
  return writeMapping(plan, source, args);
}

/** Writes which resources of each stack exist; an estate with errors has no templates yet. */
async function writeMapping(plan: EstatePlan, { deployed }: ImportSource, args: ImportArgs): Promise<number> {
  if (hasErrors(plan.findings) || plan.access === undefined) return reportFindings(allFindings(plan), args);
  const { instanceArn } = plan.access.organization;
  const { templates, issues } = await withProgress((show) => {
    show('Synthesising the stacks of AWS …');
    return synthesizeEstate(plan);
  });
  const tops = templates.filter(({ role, shard }) => (role === 'access' || role === 'access-management') && !shard);
  for (const { stack, template } of tops) {
    const mapping = resourceMapping(template, deployed, instanceArn);
    const path = join(args.out, `${stack}.json`);
    await writeAtomically(path, `${JSON.stringify(mapping, undefined, 2)}\n`);
    process.stdout.write(`${path} written: ${Object.keys(mapping).length} resources for cdk import\n`);
  }
  const adopted = join(args.out, 'permission-sets.json');
  const arns = Object.fromEntries(deployed.permissionSets.map(({ name, arn }) => [name, arn]));
  await writeAtomically(adopted, `${JSON.stringify(arns, undefined, 2)}\n`);
  process.stdout.write(`${adopted} written: for cdk deploy -c adopt=${adopted} --import-existing-resources\n`);
  return reportFindings([...allFindings(plan), ...issues.map((issue) => locate(issue, plan))], args);
}

function reportFindings(findings: readonly Finding[], { name, estates }: ImportArgs): number {
  for (const finding of findings) process.stderr.write(`${finding.severity}: ${formatFinding(finding)}\n`);
  if (!hasErrors(findings)) return EXIT.ok;
  process.stderr.write(
    'The estate says what is deployed, and the errors above keep it from being deployed as it is. Fix or acknowledge ' +
      `them, then run ${shellLine(entraAws('import', { estate: name, estates }, '--mapping-only'))}\n`,
  );
  return EXIT.failed;
}

type ReadArgs = OptionsOf<typeof commands.importEstate> & { readonly name: string };

/** Reads the organization and the access of an instance, with the users whom the estate names or is to name. @throws AwsCallError */
function readFromAws({ instance: instanceArn, concurrency, usersUntil, ...args }: ReadArgs): Promise<ImportSource> {
  return withProgress(async (onProgress) => {
    const onDisk = await readOrganizationOnDisk(join(args.estates, args.name, ORGANIZATION_FILE));
    const region = args.region ?? knownRegion(onDisk);
    const source = createIdentityCenterClients({ region, concurrency, onProgress });
    const exists = listEstates(args.estates).includes(args.name);
    const { access } = exists ? planEstate(diskFolder(args.estates, args.name)).estate : {};
    const named = access === undefined ? [] : grantedUsers(access);
    const organization = await readSnapshot(source, { instanceArn, users: named });
    const deployed = await readAccess(source, organization.identityCenter.instanceArn);
    const users = usersUntil === undefined ? organization.users : await usersWithAccess(source, organization, deployed);
    const organizationText = serializeOrganization({ ...organization, ...(users && { users: [...users] }) });
    return { deployed, organizationText, usersUntil };
  });
}

/** Users of the snapshot, and everybody who has an assignment. */
async function usersWithAccess(
  source: AwsSource,
  { identityCenter, users = [] }: OrganizationFile,
  { assignments }: DeployedAccess,
): Promise<NonNullable<OrganizationFile['users']>> {
  const known = new Set(users.map(({ id }) => id));
  const ofUsers = assignments.filter(({ principalType }) => principalType === 'USER');
  const ids = new Set(ofUsers.map(({ principalId }) => principalId).filter((id) => !known.has(id)));
  return [...users, ...(await readUserNames(source, identityCenter.identityStoreId, [...ids]))];
}

async function readAccess(source: AwsSource, instanceArn: string): Promise<DeployedAccess> {
  const attributes = await readAttributes(source, instanceArn);
  const permissionSets = await readPermissionSets(source, instanceArn);
  return {
    attributes,
    permissionSets,
    assignments: await readAssignments(source, { instanceArn, sets: permissionSets }),
  };
}

interface SamlImport {
  readonly name: string;
  readonly estates: string;
  /** Metadata that IAM Identity Center offers for download. */
  readonly file: string;
  /** Folder for Entra's metadata. @default it is not fetched */
  readonly out: string | undefined;
  /** Undefined before there is an estate. */
  readonly plan: EstatePlan | undefined;
  readonly print: (text: string) => void;
}

/** Addresses of IAM Identity Center, by the keys of the estate. */
type Addresses = Pick<SamlSettings, 'identifier' | 'replyUrl' | 'additionalReplyUrls' | 'signOnUrl'>;

const METADATA =
  'the SAML metadata of IAM Identity Center (Settings > Identity source > Actions > Manage authentication > Download metadata file)';

/** Reads the addresses of IAM Identity Center from its metadata, and compares or proposes them. @returns the exit code */
async function importFromSaml(request: SamlImport): Promise<number> {
  const { file, plan, out, print } = request;
  const found = addressesIn(await readGiven(file, METADATA));
  if (found === undefined) throw new UsageError(`${file} must be ${METADATA}`);
  const declared = plan?.estate.workforce?.awsApplication?.saml;
  const code = declared === undefined ? propose(found, print) : compare(found, declared, print);
  if (out !== undefined) await writeEntraMetadata(out, request);
  return code;
}

function addressesIn(text: string): Addresses | undefined {
  const { entityId = '', replyUrls = [] } = parseServiceMetadata(text) ?? {};
  const [replyUrl, ...additionalReplyUrls] = replyUrls;
  if (!SAML_ISSUER.test(entityId) || replyUrl === undefined || !replyUrls.every((url) => ACS_URL.test(url)))
    return undefined;
  const directory = entityId.slice(entityId.lastIndexOf('/') + 1);
  return { identifier: entityId, replyUrl, additionalReplyUrls, signOnUrl: `https://${directory}.awsapps.com/start` };
}

function yamlOf({ identifier, replyUrl, additionalReplyUrls, signOnUrl }: Addresses): string {
  return [
    'workforce:',
    '  awsApplication:',
    '    saml:',
    `      identifier: ${identifier}`,
    `      replyUrl: ${replyUrl}`,
    ...(additionalReplyUrls.length === 0 ? [] : ['      additionalReplyUrls:']),
    ...additionalReplyUrls.map((url) => `        - ${url}`),
    `      signOnUrl: ${signOnUrl}`,
    '',
  ].join('\n');
}

const PORTAL =
  'The metadata has no access portal URL: signOnUrl is the default one, and another if somebody chose a subdomain.';

function propose(found: Addresses, print: SamlImport['print']): number {
  print(`The estate has no workforce.awsApplication yet. Its addresses:\n\n${yamlOf(found)}\n${PORTAL}\n`);
  return EXIT.ok;
}

/** A portal of the default name tells its directory; a chosen subdomain does not. */
const DEFAULT_PORTAL = /^https:\/\/d-[0-9a-z]{10}\.awsapps\.com\//;

function compare(found: Addresses, declared: Addresses, print: SamlImport['print']): number {
  const isChosen = !DEFAULT_PORTAL.test(declared.signOnUrl);
  const faults = (['identifier', 'replyUrl', 'additionalReplyUrls', 'signOnUrl'] as const).filter((key) => {
    if (key === 'signOnUrl' && isChosen) return false;
    return [found[key]].flat().toSorted().join(' ') !== [declared[key]].flat().toSorted().join(' ');
  });
  for (const key of faults)
    print(
      `workforce.awsApplication.saml.${key} is '${String(declared[key])}', but the metadata has '${String(found[key])}'\n`,
    );
  if (faults.length === 0) print('The addresses of the estate are those of the metadata\n');
  else print(`\n${yamlOf(isChosen ? { ...found, signOnUrl: declared.signOnUrl } : found)}`);
  return faults.length === 0 ? EXIT.ok : EXIT.failed;
}

const Outputs = z.object({ federationMetadataUrl: z.url() });

/** Writes Entra's metadata as AWS takes it, and says which certificate it has. @throws Error unless it is the tenant's */
async function writeEntraMetadata(out: string, { name, estates, plan, print }: SamlImport): Promise<void> {
  const { tenantId } = plan?.estate.workforce ?? {};
  if (tenantId === undefined) throw new UsageError(`--out needs workforce.tenantId in the estate ${name}`);
  const { body, thumbprints, ends } = await fetchEntraMetadata(stackName(name, 'workforce'), tenantId);
  const file = join(out, 'entra-metadata.xml');
  await writeAtomically(file, body);
  print(`${file} written: upload it in IAM Identity Center\n`);
  for (const [index, thumbprint] of thumbprints.entries())
    print(`  certificate ${thumbprint}, ends on ${String(ends[index])}\n`);
  const done = entraAws(`steps done ${CONSOLE_STEPS.metadata}`, { estate: name, estates }, '--by NAME --metadata');
  print(`Then record it: ${shellLine({ words: [...done.words, file] })}\n`);
}

/** Fetches what the application's address serves to anybody. @throws Error unless it is metadata of the tenant with a certificate */
async function fetchEntraMetadata(stack: string, tenantId: string) {
  const { data } = Outputs.safeParse(parseQuietly(await runStackOutput(stack)));
  if (data === undefined)
    throw new Error(`the stack ${stack} has no federationMetadataUrl: deploy the workforce program first`);
  const url = data.federationMetadataUrl;
  trustCertificateFile(process.env['SSL_CERT_FILE']);
  const { status, body } = await new Session().web.send({ method: 'GET', url });
  const metadata = status === 200 ? parseSamlMetadata(body) : undefined;
  if (metadata?.entityId !== `https://sts.windows.net/${tenantId}/`)
    throw new Error(`${url} answers ${status}, and not the metadata of the tenant ${tenantId}`);
  if (metadata.thumbprints.length === 0) throw new Error(`${url} has no certificate that signs`);
  return { body, ...metadata };
}
