import { createHash } from 'node:crypto';
import { z } from 'zod';
import {
  type ApplicationDirectory,
  registeredApis,
  registeredClients,
} from '../../apps/emulator/b2c/registered-applications';
import { type JsonObject, textOf } from '../../apps/emulator/graph/json';
import type { Collection, Entity } from '../../apps/emulator/graph/store/store';
import { customers as program } from '../../stacks/entra/customers';
import { type Customers, standingFlows } from '../estate/sections/customers/customers';
import type { Estate } from '../estate/sections/estate';
import { runProgram } from '../preview/engine/run-program';
import type { ProgramResource, ProgramRun } from '../preview/entra/facts';
import { type LocalRegistrations, registrationsFile } from './registrations-file';

type Flow = LocalRegistrations['flows'][number];

interface RegistrationOptions {
  readonly customers: Pick<Customers, 'directory' | 'directoryType' | 'tenantId' | 'userFlows'>;
  /** Stand-in for each client secret that the program registers. */
  readonly clientSecret: string;
  /** Secrets count within their time. */
  readonly now: Date;
}

export interface CustomersRunOptions extends RegistrationOptions {
  readonly estate: Estate;
  readonly customers: Customers;
}

/** Runs the customers program without an engine: what it does not register is not there. @throws Error if it fails */
export async function runCustomers(options: CustomersRunOptions): Promise<LocalRegistrations> {
  const run = await runProgram({ name: 'customers', program }, options.estate, { now: options.now });
  if (run.failure !== undefined) throw new Error(`The customers program can't be deployed: ${run.failure}`);
  return registrationsOf(run, options);
}

/**
 * Reads a run of the customers program: what it does not register is not there, and fails as in the service. Client ids
 * come from the tenant's id and the names of the resources, so that they are the same in every run.
 */
export function registrationsOf({ resources }: ProgramRun, options: RegistrationOptions): LocalRegistrations {
  const { directory, directoryType, tenantId } = options.customers;
  const registered = directoryOf(resources, options);
  // Passwords are one stand-in, however many there are.
  const clients = registeredClients(registered).map((client) => ({ ...client, secrets: client.secrets.slice(0, 1) }));
  return {
    directoryType,
    directory,
    tenantId,
    clients: registrationsFile.shape.clients.parse(clients),
    apis: registrationsFile.shape.apis.parse(registeredApis(registered)),
    flows: [
      ...all(resources, TYPES.userFlow, UserFlow).map(({ inputs }) => flowOf(inputs, options.customers)),
      ...all(resources, TYPES.eventsFlow, EventsFlow).map(({ inputs }) => eventsFlowOf(inputs, registered)),
    ],
  };
}

/** Registered objects as Graph would have them, each with its key as the id. */
function directoryOf(resources: readonly ProgramResource[], options: RegistrationOptions): ApplicationDirectory {
  const { directoryType, tenantId } = options.customers;
  const _digest = createHash('sha256').update(options.clientSecret).digest('base64');
  const passwords = all(resources, TYPES.password, Password).map(({ inputs }) => inputs);
  const applications = all(resources, TYPES.application, Application).map(({ key, name, inputs }) => ({
    ...inputs,
    id: key,
    appId: appIdOf(name, tenantId),
    passwordCredentials: passwords.filter(({ of }) => of === key).map(({ dates }) => ({ ...dates, _digest })),
  }));
  const appIds = new Map(applications.map(({ id, appId }) => [id, appId]));
  const servicePrincipals = all(resources, TYPES.principal, Principal).map(({ key, inputs: { clientId } }) => ({
    id: key,
    appId: appIds.get(clientId) ?? clientId,
  }));
  for (const { id, appId } of servicePrincipals) appIds.set(id, appId);
  const objects: Partial<Record<Collection, readonly (Entity & { readonly appId?: string })[]>> = {
    applications,
    servicePrincipals,
    oauth2PermissionGrants: entitiesOf(resources, TYPES.grant, Grant),
    appRoleAssignments: entitiesOf(resources, TYPES.assignment, Assignment),
    conditionalAccessPolicies: entitiesOf(resources, TYPES.policy, policyWith(appIds)),
  };
  const allOf = (collection: Collection) => objects[collection] ?? [];
  return {
    tenant: { kind: directoryType === 'b2c' ? 'AAD B2C' : 'CIAM' },
    clock: () => options.now,
    all: allOf,
    find: (collection, id) => allOf(collection).find((one) => one.id === id),
    findByAppId: (collection, appId) => allOf(collection).find((one) => one.appId === appId),
  };
}

function appIdOf(name: string, tenantId: string): string {
  const digest = createHash('sha256').update(`${tenantId} ${name}`).digest('hex');
  return digest.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-8$3-8$4-$5');
}

function entitiesOf(
  resources: readonly ProgramResource[],
  type: string,
  schema: z.ZodType<JsonObject>,
): readonly Entity[] {
  return all(resources, type, schema).map(({ key, inputs }) => ({ ...inputs, id: key }));
}

function all<Inputs>(resources: readonly ProgramResource[], type: string, schema: z.ZodType<Inputs>) {
  return resources
    .filter((resource) => resource.kind === 'resource' && resource.type === type)
    .map(({ key, name, inputs }) => {
      const { success, data, error } = schema.safeParse(inputs);
      if (success) return { key, name, inputs: data };
      throw new Error(
        `resource '${name}' of the customers program can't be run on this machine:\n${z.prettifyError(error)}`,
      );
    });
}

/** Lives that a flow has without any of its own: Azure AD B2C, 'Configure tokens' and 'Configure session behavior'. */
const LIVES = { tokenMinutes: 60, refreshTokenDays: 14, sessionMinutes: 1440 };

/** Lives come from the estate: the program registers none, since a person sets them. */
function livesOf(flow: Customers['userFlows'][number] | undefined): typeof LIVES {
  const { accessMinutes, refreshDays, sessionMinutes } = flow?.tokens ?? {};
  return {
    tokenMinutes: accessMinutes ?? LIVES.tokenMinutes,
    refreshTokenDays: refreshDays ?? LIVES.refreshTokenDays,
    sessionMinutes: sessionMinutes ?? LIVES.sessionMinutes,
  };
}

function flowOf(flow: z.output<typeof UserFlow>, customers: Pick<Customers, 'directoryType' | 'userFlows'>): Flow {
  const { multifactor } = flow;
  return {
    ...livesOf(standingFlows(customers).find(({ id }) => id === flow.userFlowId)),
    id: flow.userFlowId,
    type: flow.userFlowType,
    multifactor: multifactor?.state ?? 'off',
    multifactorMethod: multifactor?.method === 'email' ? 'email' : 'phone',
    attributes: flow.attributes.map(({ attribute, isOptional, requiresVerification }) => ({
      id: attribute,
      optional: isOptional,
      requiresVerification,
    })),
    claims: flow.claims,
    identityProviders: flow.identityProviders,
    applications: [],
  };
}

/** A user flow of External ID. */
function eventsFlowOf(flow: z.output<typeof EventsFlow>, registered: ApplicationDirectory): Flow {
  return {
    ...LIVES,
    id: flow.displayName,
    type: flow.isSignUpAllowed ? 'signUpOrSignIn' : 'signIn',
    multifactor: 'off',
    multifactorMethod: 'email',
    attributes: flow.attributes.map(({ attribute, isOptional }) => ({
      id: attribute,
      optional: isOptional,
      requiresVerification: true,
    })),
    claims: [],
    identityProviders: flow.identityProviders,
    applications: registered
      .all('applications')
      .filter(({ id }) => flow.applications.includes(id))
      .map((application) => textOf(application, 'appId')),
  };
}

/** Types of the resources that the customers program registers. */
const TYPES = {
  application: 'azuread:index/application:Application',
  password: 'azuread:index/applicationPassword:ApplicationPassword',
  principal: 'azuread:index/servicePrincipal:ServicePrincipal',
  assignment: 'azuread:index/appRoleAssignment:AppRoleAssignment',
  grant: 'azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant',
  userFlow: 'entragraph:index:UserFlow',
  eventsFlow: 'entragraph:index:AuthenticationEventsFlow',
  policy: 'azuread:index/conditionalAccessPolicy:ConditionalAccessPolicy',
} as const;

const Texts = z.array(z.string());
const Reference = z.object({ $ref: z.string() }).transform(({ $ref }) => $ref);

const ClaimNames = z.array(z.object({ name: z.string() })).default([]);

const ImplicitGrant = z
  .object({ idTokenIssuanceEnabled: z.boolean(), accessTokenIssuanceEnabled: z.boolean() })
  .transform(({ idTokenIssuanceEnabled, accessTokenIssuanceEnabled }) => ({
    enableIdTokenIssuance: idTokenIssuanceEnabled,
    enableAccessTokenIssuance: accessTokenIssuanceEnabled,
  }));

const Addresses = z.object({ redirectUris: Texts.default([]) }).prefault({});

/** A role or scope of an API. */
const Permission = z
  .object({ id: z.string().exactOptional(), value: z.string(), enabled: z.boolean().default(true) })
  .transform(({ enabled, ...permission }) => ({ ...permission, isEnabled: enabled }));

// Inputs of the program, read into the properties of Graph.

const Application = z
  .object({
    displayName: z.string(),
    signInAudience: z.string().exactOptional(),
    identifierUris: Texts.default([]),
    api: z.object({ oauth2PermissionScopes: z.array(Permission).default([]) }).prefault({}),
    web: z
      .object({
        redirectUris: Texts.default([]),
        logoutUrl: z.string().exactOptional(),
        implicitGrant: ImplicitGrant.exactOptional(),
      })
      .prefault({}),
    singlePageApplication: Addresses,
    publicClient: Addresses,
    appRoles: z.array(Permission).default([]),
    optionalClaims: z.object({ accessTokens: ClaimNames, idTokens: ClaimNames }).prefault({}),
  })
  .transform(({ web: { implicitGrant = {}, ...web }, singlePageApplication, optionalClaims, ...same }) => ({
    ...same,
    web: { ...web, implicitGrantSettings: implicitGrant },
    spa: singlePageApplication,
    optionalClaims: { accessToken: optionalClaims.accessTokens, idToken: optionalClaims.idTokens },
  }));
const Password = z
  .object({ applicationId: Reference, startDate: z.iso.datetime().optional(), endDate: z.iso.datetime() })
  .transform(({ applicationId, startDate = new Date(0).toISOString(), endDate }) => ({
    of: applicationId,
    dates: { startDateTime: startDate, endDateTime: endDate },
  }));
const Assignment = z
  .object({ appRoleId: z.string(), principalObjectId: Reference, resourceObjectId: Reference })
  .transform(({ appRoleId, principalObjectId, resourceObjectId }) => ({
    appRoleId,
    principalId: principalObjectId,
    resourceId: resourceObjectId,
  }));
const Principal = z.object({ clientId: Reference });
const Grant = z
  .object({
    claimValues: Texts,
    servicePrincipalObjectId: Reference,
    resourceServicePrincipalObjectId: Reference,
    userObjectId: z.unknown().optional(),
  })
  .transform((grant) => ({
    clientId: grant.servicePrincipalObjectId,
    resourceId: grant.resourceServicePrincipalObjectId,
    consentType: grant.userObjectId === undefined ? 'AllPrincipals' : 'Principal',
    scope: grant.claimValues.join(' '),
  }));
const UserFlow = z.object({
  userFlowId: z.string(),
  userFlowType: z.enum(['signUpOrSignIn', 'signIn', 'signUp', 'profileUpdate', 'passwordReset']),
  multifactor: z.object({ state: z.enum(['off', 'on', 'conditional']), method: z.string().optional() }).optional(),
  attributes: z
    .array(z.object({ attribute: z.string(), isOptional: z.boolean(), requiresVerification: z.boolean() }))
    .default([]),
  claims: Texts.default([]),
  identityProviders: Texts.default([]),
});

const EventsFlow = z.object({
  displayName: z.string(),
  isSignUpAllowed: z.boolean(),
  attributes: z.array(z.object({ attribute: z.string(), isOptional: z.boolean() })).default([]),
  identityProviders: Texts,
  applications: z.array(Reference),
});
const policyWith = (appIds: ReadonlyMap<string, string>) =>
  z
    .object({
      state: z.string(),
      conditions: z.object({
        applications: z.object({ includedApplications: z.array(Reference) }),
        users: z.object({ includedUsers: Texts }),
      }),
      grantControls: z.object({ builtInControls: Texts.default([]) }),
    })
    .transform(({ conditions: { applications, users }, ...same }) => ({
      ...same,
      conditions: {
        applications: { includeApplications: applications.includedApplications.map((key) => appIds.get(key) ?? key) },
        users: { includeUsers: users.includedUsers },
      },
    }));
