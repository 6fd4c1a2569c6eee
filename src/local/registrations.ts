import { createHash } from 'node:crypto';
import { z } from 'zod';
import { customers as program } from '../../stacks/entra/customers';
import { type Customers, type DirectoryType, standingFlows } from '../estate/sections/customers/customers';
import type { Estate } from '../estate/sections/estate';
import { runProgram } from '../preview/engine/run-program';
import type { FactInputs, ProgramResource, ProgramRun } from '../preview/entra/facts';
import type { LocalRegistrations } from './registrations-file';

/** Applications of any other audience cannot use user flows. */
const AUDIENCES: Readonly<Record<DirectoryType, string>> = {
  b2c: 'AzureADandPersonalMicrosoftAccount',
  'external-id': 'AzureADMyOrg',
};

const SIGN_IN_SCOPES = ['openid', 'offline_access'];

type Client = LocalRegistrations['clients'][number];
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
export function registrationsOf(run: ProgramRun, options: RegistrationOptions): LocalRegistrations {
  const registered = new RegisteredApplications(run.resources, options);
  const { directory, directoryType, tenantId } = options.customers;
  return {
    directoryType,
    directory,
    tenantId,
    clients: registered.usable().map((application) => registered.clientOf(application)),
    apis: registered.usable().flatMap((application) => registered.apisOf(application)),
    flows: [
      ...all(run.resources, TYPES.userFlow, UserFlow).map(({ inputs }) => flowOf(inputs, options.customers)),
      ...registered.eventsFlows(),
    ],
  };
}

type Found<Inputs> = ProgramResource & { readonly inputs: FactInputs & Inputs };
type RegisteredApplication = Found<z.output<typeof Application>>;

class RegisteredApplications {
  private readonly applications: readonly RegisteredApplication[];
  private readonly principals: readonly Found<z.output<typeof Principal>>[];

  constructor(
    private readonly resources: readonly ProgramResource[],
    private readonly options: RegistrationOptions,
  ) {
    this.applications = all(resources, TYPES.application, Application);
    this.principals = all(resources, TYPES.principal, Principal);
  }

  usable(): readonly RegisteredApplication[] {
    return this.applications.filter(
      ({ key, inputs }) =>
        inputs.signInAudience === AUDIENCES[this.options.customers.directoryType] &&
        this.principals.some((principal) => principal.inputs.clientId === key),
    );
  }

  clientOf(application: RegisteredApplication): Client {
    const granted = this.scopesGrantedTo(application);
    const { web, singlePageApplication, publicClient } = application.inputs;
    const { logoutUrl } = web;
    return {
      clientId: this.clientIdOf(application),
      displayName: application.inputs.displayName,
      secrets: this.secretsOf(application),
      redirectUris: web.redirectUris,
      spaRedirectUris: singlePageApplication.redirectUris,
      nativeRedirectUris: publicClient.redirectUris,
      ...(logoutUrl !== undefined && { logoutUrl }),
      implicitTokens: web.implicitGrant,
      grantedScopes: granted.filter((scope) => !SIGN_IN_SCOPES.includes(scope)),
      grantedRoles: [...this.rolesOf(application)],
      signInScopes: granted.filter((scope) => SIGN_IN_SCOPES.includes(scope)),
      optionalClaims: application.inputs.optionalClaims.idTokens,
    };
  }

  apisOf(application: RegisteredApplication): LocalRegistrations['apis'] {
    const { identifierUris, api } = application.inputs;
    const scopes = api.oauth2PermissionScopes.filter(({ enabled }) => enabled).map(({ value }) => value);
    const { accessTokens: optionalClaims } = application.inputs.optionalClaims;
    const clientId = this.clientIdOf(application);
    const needsFactor = this.isCovered(application);
    return identifierUris.map((identifierUri) => ({ clientId, identifierUri, scopes, optionalClaims, needsFactor }));
  }

  /** User flows of External ID, each with the applications that it is attached to. */
  eventsFlows(): LocalRegistrations['flows'] {
    return all(this.resources, TYPES.eventsFlow, EventsFlow).map(({ inputs }) => ({
      ...LIVES,
      id: inputs.displayName,
      type: inputs.isSignUpAllowed ? 'signUpOrSignIn' : 'signIn',
      multifactor: 'off',
      multifactorMethod: 'email',
      attributes: inputs.attributes.map(({ attribute, isOptional }) => ({
        id: attribute,
        optional: isOptional,
        requiresVerification: true,
      })),
      claims: [],
      identityProviders: inputs.identityProviders,
      applications: this.applications
        .filter(({ key }) => inputs.applications.includes(key))
        .map((application) => this.clientIdOf(application)),
    }));
  }

  /** Tells whether a Conditional Access policy that is in force asks everybody for a second factor there. */
  private isCovered({ key }: RegisteredApplication): boolean {
    return all(this.resources, TYPES.policy, Policy).some(({ inputs: { state, conditions, grantControls } }) => {
      const covered = conditions.applications.includedApplications.map((id) => this.applicationOf(id)?.key ?? id);
      return (
        state === 'enabled' &&
        covered.includes(key) &&
        conditions.users.includedUsers.includes('All') &&
        grantControls.builtInControls.includes('mfa')
      );
    });
  }

  private clientIdOf({ name }: ProgramResource): string {
    const digest = createHash('sha256').update(`${this.options.customers.tenantId} ${name}`).digest('hex');
    return digest.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-8$3-8$4-$5');
  }

  private secretsOf({ key }: RegisteredApplication): Client['secrets'] {
    const { clientSecret, now } = this.options;
    const sha256 = createHash('sha256').update(clientSecret).digest('base64');
    const isValid = all(this.resources, TYPES.password, Password).some(
      ({ inputs: { applicationId, startDate, endDate } }) =>
        applicationId === key && new Date(startDate ?? 0) <= now && now < new Date(endDate),
    );
    return isValid ? [{ sha256 }] : [];
  }

  /** Full names of an API's scopes; those of Microsoft Graph by their short names. */
  private scopesGrantedTo({ key }: RegisteredApplication): readonly string[] {
    return all(this.resources, TYPES.grant, Grant)
      .map(({ inputs }) => inputs)
      .filter((grant) => grant.userObjectId === undefined)
      .filter((grant) => this.applicationOf(grant.servicePrincipalObjectId)?.key === key)
      .flatMap(({ claimValues, resourceServicePrincipalObjectId }) => {
        const [uri] = this.applicationOf(resourceServicePrincipalObjectId)?.inputs.identifierUris ?? [];
        return claimValues.map((scope) => (uri === undefined ? scope : `${uri}/${scope}`));
      });
  }

  /** Full names of the roles of APIs that an application has itself. */
  private rolesOf({ key }: RegisteredApplication): readonly string[] {
    return all(this.resources, TYPES.assignment, Assignment)
      .filter(({ inputs }) => this.applicationOf(inputs.principalObjectId)?.key === key)
      .flatMap(({ inputs: { appRoleId, resourceObjectId } }) => {
        const { identifierUris = [], appRoles = [] } = this.applicationOf(resourceObjectId)?.inputs ?? {};
        const roles = appRoles.filter(({ id }) => id === appRoleId);
        return identifierUris.flatMap((uri) => roles.map(({ value }) => `${uri}/${value}`));
      });
  }

  private applicationOf(principalKey: string): RegisteredApplication | undefined {
    const principal = this.principals.find(({ key }) => key === principalKey);
    return this.applications.find(({ key }) => key === principal?.inputs.clientId);
  }
}

function all<Schema extends z.ZodObject>(
  resources: readonly ProgramResource[],
  type: string,
  schema: Schema,
): readonly Found<z.output<Schema>>[] {
  return resources
    .filter((resource) => resource.kind === 'resource' && resource.type === type)
    .map((resource) => ({ ...resource, inputs: parseInputs(resource, schema) }));
}

function parseInputs<Schema extends z.ZodObject>(
  { name, inputs }: ProgramResource,
  schema: Schema,
): FactInputs & z.output<Schema> {
  const parsed = schema.safeParse(inputs);
  if (parsed.success) return parsed.data as FactInputs & z.output<Schema>;
  throw new Error(
    `resource '${name}' of the customers program can't be run on this machine:\n${z.prettifyError(parsed.error)}`,
  );
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

const ClaimNames = z.array(z.object({ name: z.string() }).transform(({ name }) => name));

const ImplicitGrant = z
  .object({ idTokenIssuanceEnabled: z.boolean(), accessTokenIssuanceEnabled: z.boolean() })
  .transform(({ idTokenIssuanceEnabled, accessTokenIssuanceEnabled }): Client['implicitTokens'] => [
    ...(idTokenIssuanceEnabled ? (['id_token'] as const) : []),
    ...(accessTokenIssuanceEnabled ? (['token'] as const) : []),
  ]);

const Addresses = z.object({ redirectUris: Texts.default([]) }).default({ redirectUris: [] });

const Application = z.object({
  displayName: z.string(),
  signInAudience: z.string().optional(),
  identifierUris: Texts.default([]),
  api: z
    .object({ oauth2PermissionScopes: z.array(z.object({ value: z.string(), enabled: z.boolean().default(true) })) })
    .default({ oauth2PermissionScopes: [] }),
  web: z
    .object({
      redirectUris: Texts.default([]),
      logoutUrl: z.string().exactOptional(),
      implicitGrant: ImplicitGrant.default([]),
    })
    .default({ redirectUris: [], implicitGrant: [] }),
  singlePageApplication: Addresses,
  publicClient: Addresses,
  appRoles: z.array(z.object({ id: z.string(), value: z.string() })).default([]),
  optionalClaims: z
    .object({ accessTokens: ClaimNames.default([]), idTokens: ClaimNames.default([]) })
    .default({ accessTokens: [], idTokens: [] }),
});
const Password = z.object({
  applicationId: Reference,
  startDate: z.iso.datetime().optional(),
  endDate: z.iso.datetime(),
});
const Assignment = z.object({
  appRoleId: z.string(),
  principalObjectId: Reference,
  resourceObjectId: Reference,
});
const Principal = z.object({ clientId: Reference });
const Grant = z.object({
  claimValues: Texts,
  servicePrincipalObjectId: Reference,
  resourceServicePrincipalObjectId: Reference,
  userObjectId: z.unknown().optional(),
});
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
const Policy = z.object({
  state: z.string(),
  conditions: z.object({
    applications: z.object({ includedApplications: z.array(Reference) }),
    users: z.object({ includedUsers: Texts }),
  }),
  grantControls: z.object({ builtInControls: Texts.default([]) }),
});
