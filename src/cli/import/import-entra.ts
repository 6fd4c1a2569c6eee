import { join } from 'node:path';
import { nameIdDefinition } from '../../../constructs/entra/saml-claims';
import { TEMPLATES } from '../../../constructs/entra/aws-templates';
import { dayOf } from '../../../constructs/entra/periods';
import { scopeId } from '../../../constructs/entra/scope-id';
import type { FoundApplication } from '../../clouds/facts/trust-facts';
import type { CustomersTenant } from '../../clouds/facts/tenant-facts';
import { type Directory, type DirectoryName, openDirectory } from '../../clouds/graph/directory';
import { readCustomersTenant } from '../../clouds/graph/tenant/read-customers-tenant';
import { readWorkforceTenant } from '../../clouds/graph/tenant/read-workforce-tenant';
import type { ReadingOptions } from '../../clouds/reading';
import { command, shellLine } from '../../deploy/steps/command';
import { diskFolder } from '../../estate/load/estate-folder';
import { planEstate } from '../../estate/plan/estate-plan';
import type { EstatePlan } from '../../estate/plan/planner';
import { ESTATE_FILE } from '../../estate/source/estate-folder';
import { formatFinding, hasErrors } from '../../estate/source/finding';
import { known } from '../../text/values';
import { adoptCustomers, type Adoption, adoptWorkforce } from '../../import/entra/adoption';
import { type ApplicationChoice, chooseApplications, listChosen } from '../../import/entra/choose-applications';
import { externalHosts } from '../../import/entra/customers-words';
import { quotedList } from '../../text/suggest';
import { entraEstate, type EntraWordsOptions, type Tenants } from '../../import/entra/entra-estate';
import { decisionsIn, ENTRA_HEADINGS } from '../../import/entra/left';
import type { ScimGiven } from '../../import/entra/saml-words';
import { describeByReason } from '../../import/report';
import type { ProgramRun } from '../../preview/entra/facts';
import { runPrograms } from '../../preview/engine/run-program';
import { EXIT, writeAtomically } from '../program/cli';
import { readStackConfig } from '../program/chosen-estate';
import { writeLeft } from './write-left';

/** Ids of the directories to read: that of the organization's own people, and that of the customers. */
export type TenantIds = Readonly<Partial<Record<DirectoryName, string | undefined>>>;

export interface EntraImport extends ReadingOptions {
  readonly tenants: TenantIds;
  /** Display name, client id or object id of the AWS application. @default the only one */
  readonly application?: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Name of the estate, which need not exist yet. */
  readonly name: string;
  /** Folder of the estates. */
  readonly estates: string;
  /** Folder of what Pulumi needs. */
  readonly out: string;
  /** True if the estate's file stays as it is. */
  readonly mappingOnly: boolean;
  readonly choice: ApplicationChoice;
  /** Origins of the web application that a person names. @default those of the estate that is there */
  readonly host: readonly string[] | undefined;
  readonly scim: ScimGiven;
  readonly now: Date;
  /** Takes what a person reads. */
  readonly print: (text: string) => void;
}

/**
 * Writes the sections of an estate that directories of Entra ID hold, and the files by which Pulumi takes over what exists.
 * Nothing in the directories changes. @returns the exit code @throws TenantError, or Error where a choice is needed
 */
export async function importFromEntra(request: EntraImport): Promise<number> {
  const tenants = await readTenants(request);
  const folder = diskFolder(request.estates, request.name);
  if (request.mappingOnly) return writeAdoption(planEstate(folder), tenants, request);
  const declared = declaredIn(planEstate(folder), request);
  requireHosts(tenants, declared.hosts, request);
  const { text, plan, left } = entraEstate(folder, tenants, { ...wordsOptions(request), ...declared });
  const file = join(request.estates, request.name, ESTATE_FILE);
  await writeAtomically(file, text);
  request.print(`${file} written: ${Object.keys(tenants).join(' and ')}\n`);
  await writeLeft(join(request.out, 'left-entra.txt'), {
    describe: (limit) => describeByReason(left, ENTRA_HEADINGS, limit),
    heading: 'Not in the estate, or to be decided',
    print: request.print,
  });
  return writeAdoption(plan, tenants, request);
}

/** Reads the directories that are named. @throws TenantError if what an estate can't do without can't be read */
async function readTenants({ tenants, choice, mappingOnly, ...options }: EntraImport): Promise<Tenants> {
  const templates = { gallery: TEMPLATES.gallery.id, nonGallery: TEMPLATES['non-gallery'].id };
  // Ids alone lead to no list of what is to be decided.
  const chosen = (directory: Omit<CustomersTenant, 'trusts'>): readonly FoundApplication[] =>
    mappingOnly ? [] : listChosen(chooseApplications(directory, choice));
  const within = async <T>(name: DirectoryName, read: (one: Directory) => Promise<T>): Promise<T | undefined> => {
    const tenantId = tenants[name];
    if (tenantId === undefined) return undefined;
    const directory = openDirectory(name, tenantId, options.environment);
    try {
      return await read(directory);
    } finally {
      directory.close();
    }
  };
  const workforce = await within('workforce', (one) => readWorkforceTenant(one, { ...options, templates }));
  const customers = await within('customers', (one) => readCustomersTenant(one, { ...options, chosen }));
  return known({ workforce, customers });
}

/** Addresses that are the estate's own: what a directory has beside them, somebody else may have put there. */
function declaredIn(
  { estate }: EstatePlan,
  { host }: EntraImport,
): Pick<EntraWordsOptions, 'hosts' | 'notificationEmails' | 'decisions'> {
  const { customers, hosting, workforce } = estate;
  const known = [
    ...(customers?.webApplication.hosts.map(({ origin }) => origin) ?? []),
    ...(hosting?.url === undefined ? [] : [new URL(hosting.url).origin]),
  ];
  return {
    hosts: host ?? (known.length === 0 ? undefined : known),
    notificationEmails: workforce?.awsApplication?.saml.notificationEmails ?? [],
    decisions: decisionsIn(estate),
  };
}

/** @throws Error where several hosts get sign-ins and nothing says which are the application's */
function requireHosts({ customers }: Tenants, hosts: EntraWordsOptions['hosts'], { choice }: EntraImport): void {
  if (customers === undefined || hosts !== undefined) return;
  const { displayName, redirectUris } = chooseApplications(customers, choice).web;
  const found = externalHosts(redirectUris);
  if (found.length < 2) return;
  throw new Error(
    `sign-ins of '${displayName}' go to several hosts: ${quotedList(found)}; name those that are yours by --web-origin, each with its scheme, ` +
      'and the others are listed to be decided',
  );
}

function wordsOptions({ now, scim, choice }: EntraImport): EntraWordsOptions {
  const templates = (['gallery', 'non-gallery'] as const).map((template) => {
    const { id, synchronization } = TEMPLATES[template];
    return [id, { template, synchronization }] as const;
  });
  return {
    day: dayOf(now),
    definitions: { userPrincipalName: nameIdDefinition('userPrincipalName'), mail: nameIdDefinition('mail') },
    templates: new Map(templates),
    scopeId,
    scim,
    choice,
  };
}

/** Writes which resources of each program exist; an estate with errors has no programs yet. */
async function writeAdoption(plan: EstatePlan, tenants: Tenants, request: EntraImport): Promise<number> {
  const { print } = request;
  for (const finding of plan.findings) print(`${finding.severity}: ${formatFinding(finding)}\n`);
  if (hasErrors(plan.findings)) {
    print(
      'The estate says what there is, and the errors above keep it from being deployed as it is. Fix them, then run\n',
    );
    print(`the same command with --mapping-only.\n`);
    return EXIT.failed;
  }
  const { emergency, estate } = plan;
  const { programs } = await runPrograms(estate, { now: request.now, configOf: readStackConfig, emergency });
  const codes: number[] = [];
  for (const run of programs) {
    const adoption = await adoptionOf(run, tenants, request.choice);
    if (adoption !== undefined) codes.push(await writeProgram(run, adoption, request));
  }
  return codes.find((code) => code !== EXIT.ok) ?? EXIT.ok;
}

async function adoptionOf(
  run: ProgramRun,
  { workforce, customers }: Tenants,
  choice: ApplicationChoice,
): Promise<Adoption | undefined> {
  if (run.program === 'workforce') return workforce && adoptWorkforce(run, workforce);
  return customers && adoptCustomers(run, customers, choice);
}

/** Types of which a stack with `credentials: kept` makes none. */
const PASSWORDS = /^azuread:index\/(applicationPassword|synchronizationSecret):/;

async function writeProgram(run: ProgramRun, { ids, created }: Adoption, request: EntraImport): Promise<number> {
  const { out, print } = request;
  if (run.failure !== undefined) {
    print(`error: the program of the stack ${run.stack} can't be run: ${run.failure}\n`);
    return EXIT.failed;
  }
  const path = join(out, `${run.program}.json`);
  await writeAtomically(path, `${JSON.stringify(ids, undefined, 2)}\n`);
  print(`${path} written: ${Object.keys(ids).length} resources that Pulumi takes over\n`);
  const more = created.filter((name) => !PASSWORDS.test(name));
  if (more.length > 0)
    print(`Not there, so that a deployment creates them:\n${more.map((name) => `  ${name}\n`).join('')}`);
  print(
    `Adopt them:\n${adoptCommands(run.stack, path)
      .map((line) => `  ${line}\n`)
      .join('')}`,
  );
  return EXIT.ok;
}

/** Commands that take over what a file names, in a stack that exists. */
export function adoptCommands(stack: string, path: string): readonly string[] {
  const pulumi = (words: string, ...more: readonly string[]): string =>
    shellLine(command(`pulumi ${words}`, ...more, '--stack', stack));
  return [
    pulumi('config set credentials kept'),
    pulumi('config set adopt', path),
    pulumi('preview --diff'),
    pulumi('up'),
    pulumi('config rm adopt'),
    pulumi('preview --expect-no-changes'),
  ];
}
