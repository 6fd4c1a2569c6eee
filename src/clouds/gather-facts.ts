import { rollsOut } from '../estate/sections/access/plan/rollouts';
import type { EstatePlan } from '../estate/plan/planner';
import { servicesOf } from '../estate/sections/hosting/services';
import type { OrganizationFile } from '../estate/source/organization';
import type { Area, Facts } from './facts/facts';
import { createIdentityCenterClients } from './aws/aws-clients';
import { gatherEmergencyAccounts } from './aws/emergency/gather-emergency';
import { gatherAccess } from './aws/gather-access';
import { createHostingClients, gatherHosting, gatherWatchRules } from './aws/gather-hosting';
import type { AccessFacts } from './facts/access-facts';
import type { Needs } from './local-target';
import type { CustomersFacts } from './facts/customers-facts';
import type { EmergencyFacts } from './facts/emergency-facts';
import type { HostingFacts } from './facts/hosting-facts';
import { type TimedReadingOptions, within } from './reading';
import { pipelineIdentities } from '../estate/plan/pipeline-identities';
import { type Directory, type DirectoryName, openDirectory, readerWithin, readGraph } from './graph/directory';
import { readIdentities } from './graph/read-identities';
import { gatherCustomers } from './graph/gather-customers';
import { gatherEmergencyApplication, gatherLeaversReader, gatherWorkforce } from './graph/gather-workforce';
import { readMade, type ReadOutputs } from './pulumi/read-made';
import type { SamlFacts, WorkforceFacts } from './facts/workforce-facts';

export interface GatherOptions extends TimedReadingOptions {
  readonly plan: EstatePlan;
  /** Areas to check; nothing else is read. */
  readonly areas: readonly Area[];
  readonly snapshotOnDisk?: OrganizationFile;
  /** Hashes of what the images are built from; without them, images are not compared. */
  readonly imageHashes?: Readonly<Record<string, string>>;
  /** Origin of a stand-in for B2C's sign-in. @default the directory's own */
  readonly signInOrigin?: string;
  /** True if assignments are read by those who have them, and the snapshot is not. @default false */
  readonly isQuick?: boolean;
  /** Seconds that access is waited for until it is as declared, where a stack of it was deployed lately. @default 0 */
  readonly waitSeconds?: number;
  /** Role that is taken on to read accounts of the emergency access. @default the one by which the CDK looks things up */
  readonly accountRole?: string;
  /** Reads the outputs of a stack. @default Pulumi is not asked */
  readonly readOutputs?: ReadOutputs;
  /** Variables that name the stand-ins and identities. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Reads all that the checks of some areas need, from both clouds at once. Never throws: what can't be read says why. */
export async function gatherFacts(options: GatherOptions): Promise<Facts> {
  const { snapshotOnDisk, imageHashes } = options;
  const [access, workforce, customers, hosting, emergency, watch, tokens, identities, beside] = await Promise.all([
    gatherIdentityCenter(options),
    gatherEntra(options),
    gatherB2c(options),
    gatherServices(options),
    gatherEmergency(options),
    gatherWatch(options),
    gatherTokens(options),
    gatherIdentities(options),
    gatherWorkforceExtras(options),
  ]);
  return {
    ...beside,
    ...(access && { access }),
    ...(workforce && { workforce }),
    ...(customers && { customers }),
    ...(hosting && { hosting }),
    ...(emergency && { emergency }),
    ...(watch && { watch }),
    tokens,
    identities,
    ...(imageHashes && { imageHashes }),
    ...(snapshotOnDisk && { snapshotOnDisk }),
  };
}

/** Areas that compare with IAM Identity Center or its identity store. */
const IDENTITY_CENTER: readonly Area[] = ['access', 'scim', 'console'];
/** Areas that look at the AWS application in Entra ID. */
const AWS_APPLICATION: readonly Area[] = ['saml', 'scim', 'console'];

async function gatherIdentityCenter(options: GatherOptions): Promise<AccessFacts | undefined> {
  const { access } = options.plan;
  if (access === undefined || !isAsked(options, IDENTITY_CENTER)) return undefined;
  const clients = createIdentityCenterClients({ ...options, region: access.organization.region });
  const { estate } = options.plan;
  return gatherAccess(clients, access, {
    ...options,
    estateName: estate.name,
    waitsForStacks: true,
    rollsOut: rollsOut(estate.access),
  });
}

async function gatherEntra(options: GatherOptions): Promise<WorkforceFacts | undefined> {
  const { workforce } = options.plan.estate;
  const { tenantId, awsApplication } = workforce ?? {};
  if (tenantId === undefined || awsApplication === undefined || !isAsked(options, AWS_APPLICATION)) return undefined;
  return withDirectory(['workforce', tenantId], options, (directory) =>
    gatherWorkforce(directory, awsApplication, options),
  );
}

/** Gathers what belongs to the workforce's program beside the AWS application. */
async function gatherWorkforceExtras(options: GatherOptions): Promise<Pick<Facts, 'made' | 'leaversReader'>> {
  const [made, leaversReader] = await Promise.all([gatherMade(options), gatherReader(options)]);
  return { ...(made && { made }), ...(leaversReader && { leaversReader }) };
}

/** Gathers what Pulumi remembers of what it made. */
async function gatherMade({ plan, readOutputs, timeoutSeconds, ...options }: GatherOptions): Promise<Facts['made']> {
  const { workforce, name } = plan.estate;
  if (workforce?.awsApplication === undefined || readOutputs === undefined || !isAsked(options, ['saml'])) {
    return undefined;
  }
  return within(timeoutSeconds, readMade(`${name}-workforce`, readOutputs));
}

/** The application of the leavers function, where it signs in by its role. */
async function gatherReader(options: GatherOptions): Promise<Facts['leaversReader']> {
  const { workforce, name: estateName } = options.plan.estate;
  const { tenantId, leavers } = workforce ?? {};
  if (tenantId === undefined || leavers?.signIn.kind !== 'federated' || !isAsked(options, ['scim'])) return undefined;
  return withDirectory(['workforce', tenantId], options, (directory) =>
    gatherLeaversReader(directory, leavers, { ...options, estateName }),
  );
}

async function gatherB2c(options: GatherOptions): Promise<CustomersFacts | undefined> {
  const { customers } = options.plan.estate;
  if (customers === undefined || !isAsked(options, ['b2c'])) return undefined;
  return withDirectory(['customers', customers.tenantId], options, (directory) =>
    gatherCustomers(directory, customers, options),
  );
}

/** Claims of the tokens with which the directories of the asked areas are read. */
function gatherTokens(options: GatherOptions): Promise<NonNullable<Facts['tokens']>> {
  return inDirectories(options, ({ claims }) => within(options.timeoutSeconds, readGraph('', claims)));
}

/** Identities of the pipeline in the directories of the asked areas; none without a pipeline that signs in to Azure. */
async function gatherIdentities(options: GatherOptions): Promise<NonNullable<Facts['identities']>> {
  const { estate } = options.plan;
  if (estate.azure === undefined || estate.pipeline === undefined) return {};
  return inDirectories(options, (directory, program) =>
    readerWithin(options.timeoutSeconds)('Application.Read.All', () =>
      readIdentities(directory, pipelineIdentities(estate, program)),
    ),
  );
}

/** Reads something in the directory of each program whose area is asked. */
async function inDirectories<T>(
  { plan: { estate }, ...options }: GatherOptions,
  read: (directory: Directory, program: DirectoryName) => Promise<T>,
): Promise<Partial<Record<DirectoryName, T>>> {
  const all = DIRECTORY_AREAS.map(async ([program, area]) => {
    const { tenantId } = estate[program] ?? {};
    if (tenantId === undefined || !isAsked(options, [area])) return [];
    return [[program, await withDirectory([program, tenantId], options, (one) => read(one, program))] as const];
  });
  return Object.fromEntries((await Promise.all(all)).flat());
}

const DIRECTORY_AREAS = [
  ['workforce', 'saml'],
  ['customers', 'b2c'],
] as const;

async function gatherServices(options: GatherOptions): Promise<HostingFacts | undefined> {
  const { hosting, name } = options.plan.estate;
  if (hosting === undefined || !isAsked(options, ['hosting'])) return undefined;
  return gatherHosting(createHostingClients(hosting.region), {
    ...{ ...options, hosting, estateName: name },
    services: servicesOf(options.plan.estate),
  });
}

/** Gathers what tells of the SCIM token's end, where there is one to tell of. */
async function gatherWatch(options: GatherOptions): Promise<Facts['watch']> {
  const { watch, estate } = options.plan;
  if (watch?.scimTokenExpires === undefined || !isAsked(options, ['scim'])) return undefined;
  return gatherWatchRules(watch, { ...options, estateName: estate.name });
}

/** The emergency access, in both clouds. */
async function gatherEmergency(options: GatherOptions): Promise<EmergencyFacts | undefined> {
  const { emergency } = options.plan;
  if (emergency === undefined || !isAsked(options, ['emergency'])) return undefined;
  const [aws, entra] = await Promise.all([gatherEmergencyAccounts(emergency, options), gatherEmergencyEntra(options)]);
  return { ...aws, ...(entra && { entra }) };
}

async function gatherEmergencyEntra(options: GatherOptions): Promise<SamlFacts | undefined> {
  const { workforce, emergency } = options.plan.estate;
  if (workforce?.tenantId === undefined || emergency?.application === undefined) return undefined;
  const { application } = emergency;
  return withDirectory(['workforce', workforce.tenantId], options, (directory) =>
    gatherEmergencyApplication(directory, application, options),
  );
}

async function withDirectory<T>(
  [name, tenantId]: readonly [DirectoryName, string],
  { environment }: Pick<GatherOptions, 'environment'>,
  read: (directory: Directory) => Promise<T>,
): Promise<T> {
  const directory = openDirectory(name, tenantId, environment);
  try {
    return await read(directory);
  } finally {
    directory.close();
  }
}

function isAsked({ areas }: Pick<GatherOptions, 'areas'>, some: readonly Area[]): boolean {
  return some.some((area) => areas.includes(area));
}

/** Clouds that are asked. */
export function needsOf({ estate, access, watch }: EstatePlan, areas: readonly Area[]): Needs {
  const needs = (section: unknown, some: readonly Area[]): boolean => section !== undefined && isAsked({ areas }, some);
  const { hosting, customers, emergency } = estate;
  return {
    aws:
      needs(access, IDENTITY_CENTER) ||
      needs(hosting, ['hosting']) ||
      needs(emergency, ['emergency']) ||
      needs(watch?.scimTokenExpires, ['scim']),
    signIn: needs(customers, ['b2c']),
    graph: neededDirectories(estate, areas),
  };
}

function neededDirectories(
  { workforce, customers, emergency }: EstatePlan['estate'],
  areas: readonly Area[],
): readonly DirectoryName[] {
  const needed: readonly (readonly [directory: DirectoryName, section: unknown, of: readonly Area[]])[] = [
    ['workforce', workforce?.awsApplication, AWS_APPLICATION],
    ['workforce', workforce?.leavers, ['scim']],
    ['customers', customers, ['b2c']],
    ['workforce', emergency?.application, ['emergency']],
  ];
  const asked = needed.filter(([, section, some]) => section !== undefined && isAsked({ areas }, some));
  return [...new Set(asked.map(([directory]) => directory))];
}
