import { UPLOADED } from '../../support/sandbox';
import fc from 'fast-check';
import { providerIdOf, providerTitle } from '../../../src/estate/sections/customers/provider-types';
import { secretPeriodsAt } from '../../../constructs/entra/periods';
import { signerOn } from '../../../constructs/entra/saml-schedule';
import { directoryGroup } from '../../support/directory-group';
import { claimsPolicy, foundApplication, samlApplication } from '../../support/found-application';
import type { AccessFacts, DeployedSet, StoreGroup, StoreUser } from '../../../src/clouds/facts/access-facts';
import type { CustomersFacts, Discovery, RegisteredFacts } from '../../../src/clouds/facts/customers-facts';
import type { Facts } from '../../../src/clouds/facts/facts';
import type { DirectoryUser, MadeByPulumi, WorkforceFacts } from '../../../src/clouds/facts/workforce-facts';
import { policyOf } from '../../../src/clouds/graph/read-sign-in-policies';
import type { ApplicationTrust, FoundIdentity, Permission, TokenFacts } from '../../../src/clouds/facts/trust-facts';
import { known } from '../../../src/clouds/reading';
import {
  apisOf,
  authorityOf,
  clientsOf,
  type Customers,
  type DeclaredClient,
  standingFlows,
} from '../../../src/estate/sections/customers/customers';
import { comparedFlow } from '../../../src/estate/records/flow-properties';
import { type Estate, managedPolicyArn } from '../../../src/estate/sections/estate';
import type { PulumiKind } from '../../../src/estate/plan/stacks/stacks';
import { pipelineIdentities } from '../../../src/estate/plan/pipeline-identities';
import { neededPermissions } from '../../../src/clouds/graph/permissions/needed-permissions';
import type { AccessPlan } from '../../../src/estate/sections/access/plan/access-plan';
import type { EstatePlan } from '../../../src/estate/plan/planner';
import { stackSetNameOf } from '../../../src/estate/sections/access/plan/rollouts';
import type { ObjectId, PermissionSetArn } from '../../../src/estate/source/ids';
import type { OrganizationFile } from '../../../src/estate/source/organization';
import type { AwsApplication } from '../../../src/estate/sections/workforce/workforce';
import { clientId, objectId, principalId, setArn } from '../../support/ids';

/** What a healthy estate may differ in without anything being wrong. */
export interface Circumstances {
  /** Numbers of the people in each assigned group, in turn. */
  readonly members: readonly (readonly number[])[];
  /** Which of the people are disabled, on both sides. */
  readonly disabled: readonly number[];
  /** Whether lists come in the other order. */
  readonly isReversed: boolean;
  /** Records of people who left: disabled at AWS, and assigned no more. */
  readonly leavers: number;
  /** Hours since the last cycle succeeded. */
  readonly hoursSinceCycle: number;
  /** Whether names at AWS are in capitals: names of users have no case. */
  readonly isUpperCase: boolean;
}

const PEOPLE = 8;

export const circumstances: fc.Arbitrary<Circumstances> = fc.record({
  members: fc.array(fc.subarray(Array.from({ length: PEOPLE }, (_, index) => index)), { minLength: 1, maxLength: 4 }),
  disabled: fc.subarray(Array.from({ length: PEOPLE }, (_, index) => index)),
  isReversed: fc.boolean(),
  leavers: fc.nat({ max: 3 }),
  hoursSinceCycle: fc.double({ min: 0, max: 2.9, noNaN: true }),
  isUpperCase: fc.boolean(),
});

/** An application that has nothing but what the programs gave it. */
export const NOTHING_ADDED: ApplicationTrust = {
  owners: known([
    { id: objectId('deployer'), name: 'deployer', clientId: clientId('deployer'), ownsBoth: true, mayDeploy: true },
  ]),
  powers: known({ federated: [], secrets: [], keys: [], principalKeys: [], permissions: [], preAuthorized: [] }),
  grants: known({ own: [], clients: [] }),
};

const APP_ID = clientId('aaaaaaaa-0000-4000-8000-00000000aaaa');
const THUMBPRINT = UPLOADED;
const entraId = (kind: string, index: number): ObjectId => objectId(`${kind}-${index}`);

/** What the readers would read of an estate that is exactly as declared. */
export function healthyFacts(
  plan: EstatePlan,
  organization: OrganizationFile,
  { now, ...at }: Circumstances & { readonly now: Date },
): Facts {
  const { access, estate } = plan;
  const application = estate.workforce?.awsApplication;
  if (access === undefined || application === undefined || estate.customers === undefined) throw new Error('no estate');
  const order = <T>(items: readonly T[]): readonly T[] => (at.isReversed ? items.toReversed() : items);
  const workforce = workforceFacts(application, { ...at, now, tenantId: estate.workforce?.tenantId ?? '' });
  return {
    access: accessFacts(plan, access, { organization, application, at: { ...at, now }, order }),
    workforce,
    made: known(madeBy(workforce)),
    customers: customersFacts(estate.customers, now, order),
    tokens: { customers: known(tokenOf(estate, 'customers')), workforce: known(tokenOf(estate, 'workforce')) },
    identities: {
      customers: known(identitiesOf(estate, 'customers')),
      workforce: known(identitiesOf(estate, 'workforce')),
    },
    snapshotOnDisk: organization,
  };
}

/** The pipeline's identities as `sign-in bootstrap` leaves them. */
export function identitiesOf(estate: Estate, program: PulumiKind): readonly FoundIdentity[] {
  return pipelineIdentities(estate, program).map(({ role, trust }) => ({
    role,
    powers: {
      permissions: neededPermissions(estate, program, role).map(({ permission }) => permission),
      federated: trust.map((one) => ({ ...one, audiences: ['api://AzureADTokenExchange'] })),
    },
  }));
}

function tokenOf(estate: Estate, program: PulumiKind): TokenFacts {
  const permissions = neededPermissions(estate, program, 'deploy').map(({ permission }) => permission);
  return { kind: 'application', clientId: `client-of-${program}`, permissions };
}

function people({ disabled }: Circumstances): readonly DirectoryUser[] {
  return Array.from({ length: PEOPLE }, (_, index) => ({
    id: entraId('user', index),
    userPrincipalName: `person${index}@example.com`,
    mail: index % 2 === 0 ? `person${index}@example.com` : undefined,
    displayName: `Person ${index}`,
    isEnabled: !disabled.includes(index),
  }));
}

function membersOf(at: Circumstances, group: number): readonly DirectoryUser[] {
  const chosen = at.members[group % at.members.length] ?? [];
  return people(at).filter((_, index) => chosen.includes(index));
}

interface Surroundings {
  readonly organization: OrganizationFile;
  readonly application: AwsApplication;
  readonly at: Circumstances & { readonly now: Date };
  readonly order: <T>(items: readonly T[]) => readonly T[];
}

function accessFacts(
  { estate }: EstatePlan,
  { organization: planned, expansion, rollouts, declaredApplications, applications }: AccessPlan,
  { organization, application, at, order }: Surroundings,
): AccessFacts {
  const arnOf = (name: string): PermissionSetArn => setArn(`arn:aws:sso:::permissionSet/ssoins-1/ps-${name}`);
  const sets = (estate.access?.permissionSets ?? []).map((set): DeployedSet => ({
    arn: arnOf(set.name),
    name: set.name,
    ...(set.description !== undefined && { description: set.description }),
    sessionDuration: set.sessionDuration.text,
    managedPolicies: order(set.managedPolicies.map((policy) => managedPolicyArn(policy, planned.partition))),
    customerManagedPolicies: [],
    tags: { 'added-by-the-stack': 'yes' },
    outdatedIn: [],
  }));
  const assignments = expansion.assignments.map(({ permissionSet, account, principalId: group = principalId('') }) => ({
    set: arnOf(permissionSet),
    account: account.id,
    principalType: 'GROUP',
    principalId: group,
  }));
  const { users, groups } = storeOf(application, planned.groups, at);
  const { kmsKey, additionalRegions = [] } = estate.access?.identityCenter ?? {};
  return {
    instance: known({
      status: 'ACTIVE',
      primaryRegion: planned.region,
      regions: additionalRegions.map((name) => ({ name, status: 'ACTIVE' })),
      ...(kmsKey !== undefined && { key: { arn: kmsKey, status: 'ENABLED' } }),
    }),
    snapshot: known(organization),
    permissionSets: known(order(sets)),
    stackSets: known(
      rollouts.map(({ policy, members }) => ({
        name: stackSetNameOf(estate.name, policy.name),
        instances: order(
          members.map(({ id }) => ({ account: id, status: 'CURRENT', isSkipped: false, isDrifted: false })),
        ),
      })),
    ),
    assignments: known(order(assignments)),
    attributes: known({}),
    applications: known(
      declaredApplications.map(({ arn }) => {
        const own = applications.filter(({ application: { arn: of } }) => of === arn);
        const principals = own.flatMap(({ principalId: group }) => group ?? []);
        return {
          arn,
          needsAssignment: true,
          assignments: order(principals.map((group) => ({ principalType: 'GROUP', principalId: group }))),
        };
      }),
    ),
    users: known(order(users)),
    groups: known(order(groups)),
    signIns: known([{ at: new Date('2026-05-30T00:00:00Z'), credentialType: 'EXTERNAL_IDP' }]),
    certificateImports: known([]),
    tokenEvents: known([{ kind: 'made', at: new Date('2026-05-01T00:00:00Z'), by: 'arn:aws:iam::1:user/a' }]),
  };
}

/** People and groups of the Identity Store: those that are assigned, the groups of the snapshot, and who left. */
function storeOf(
  { assignedGroups }: AwsApplication,
  snapshot: AccessPlan['organization']['groups'],
  at: Circumstances,
): { readonly users: readonly StoreUser[]; readonly groups: readonly StoreGroup[] } {
  const assigned = new Set(assignedGroups.flatMap((_, index) => membersOf(at, index).map(({ id }) => id)));
  const name = (text: string): string => (at.isUpperCase ? text.toUpperCase() : text);
  const record = ({ id, userPrincipalName, displayName, isEnabled }: DirectoryUser): StoreUser => ({
    id: principalId(`store-${id}`),
    externalId: id,
    name: name(userPrincipalName),
    displayName,
    isEnabled,
  });
  const present = people(at).filter(({ id }) => assigned.has(id));
  const left = Array.from({ length: at.leavers }, (_, index) => ({
    ...record({
      id: entraId('left', index),
      userPrincipalName: `left${index}@example.com`,
      mail: undefined,
      displayName: '',
      isEnabled: false,
    }),
  }));
  const groups = assignedGroups.map(({ name: displayName }, index): StoreGroup => {
    const id = snapshot.find((one) => one.displayName === displayName)?.id ?? principalId(`store-group-${index}`);
    const members = membersOf(at, index).map((person) => principalId(`store-${person.id}`));
    // A disabled record stays a member.
    return {
      id,
      externalId: entraId('group', index),
      name: displayName,
      members: [...members, ...left.map((one) => one.id)],
    };
  });
  return { users: [...present.map(record), ...left], groups };
}

export function workforceFacts(
  { saml, assignedGroups, scim }: AwsApplication,
  at: Circumstances & { readonly now: Date; readonly tenantId: string },
): WorkforceFacts {
  const signer = signerOn(saml.signingCertificates, at.now.toISOString().slice(0, 10));
  const certificates = saml.signingCertificates.map((one, index) => ({
    thumbprint: one === signer ? THUMBPRINT : String(index).repeat(40),
    customKeyIdentifier: String(index),
    displayName: `CN=${one.name}`,
    startDateTime: `${one.activeFrom}T00:00:00Z`,
    endDateTime: `${one.expires}T00:00:00Z`,
    certificate: '',
  }));
  const mappings = (scim?.attributeMappings ?? []).map(({ target, source }) => ({ target, source: `[${source}]` }));
  const cycle = new Date(at.now.getTime() - at.hoursSinceCycle * 3_600_000);
  return {
    application: known(
      samlApplication({
        appId: APP_ID,
        objectId: objectId('object'),
        namesakes: [],
        servicePrincipalId: objectId('sp'),
        mode: 'saml',
        signOnUrl: saml.signOnUrl,
        assignmentRequired: true,
        isEnabled: true,
        identifierUris: [saml.identifier],
        replyUrls: [saml.replyUrl, ...saml.additionalReplyUrls],
        certificates,
        activeThumbprint: THUMBPRINT,
      }),
    ),
    trust: NOTHING_ADDED,
    metadata: known({
      url: `https://login.microsoftonline.com/${at.tenantId}/federationmetadata/2007-06/federationmetadata.xml`,
      entityId: `https://sts.windows.net/${at.tenantId}/`,
      signOnUrls: [`https://login.microsoftonline.com/${at.tenantId}/saml2`],
      thumbprints: [THUMBPRINT],
      ends: ['2028-12-31'],
    }),
    signInError: known(undefined),
    claims: known([claimsPolicy(JSON.stringify({ ClaimsMappingPolicy: { ClaimsSchema: [nameIdOf(saml.nameId)] } }))]),
    assigned: known({
      groups: assignedGroups.map(({ name }, index) => ({
        id: entraId('group', index),
        name,
        users: membersOf(at, index),
        nested: [],
      })),
      users: [],
    }),
    groups: known(
      new Map(
        assignedGroups.map(({ name }, index) => {
          const id = entraId('group', index);
          return [id, directoryGroup(name, { id, owningApplications: ['deployer'] })];
        }),
      ),
    ),
    jobs: known([
      { id: 'job', templateId: 'aws', isRunning: true, code: 'Active', quarantine: undefined, lastSuccess: cycle },
    ]),
    userMappings: known([...mappings, { target: 'userName', source: '[userPrincipalName]' }]),
    signInPolicies: known([
      policyOf({
        id: 'policy',
        displayName: 'MFA',
        state: 'enabled',
        conditions: {
          clientAppTypes: ['all'],
          applications: { includeApplications: at.isReversed ? ['All'] : [APP_ID] },
          users: {
            includeUsers: at.isReversed ? ['All'] : [],
            includeGroups: assignedGroups.map((_, index) => entraId('group', index)),
            excludeGroups: ['break-glass'],
          },
        },
        grantControls: { operator: 'OR', builtInControls: ['mfa'] },
      }),
    ]),
    named: known({
      groups: new Map(assignedGroups.map(({ name }, index) => [name, [entraId('group', index)]])),
      names: new Map([['break-glass', 'Break glass']]),
      members: new Map([['break-glass', ['user-of-no-group']]]),
    }),
  };
}

/** What Pulumi remembers of an estate as Entra ID has it. */
function madeBy({ application, assigned }: WorkforceFacts): MadeByPulumi {
  if (application.state !== 'known' || application.value === undefined || assigned.state !== 'known') {
    throw new Error('nothing is known');
  }
  const { certificates } = application.value;
  return {
    applicationId: application.value.appId,
    certificates: new Map(certificates.map((one) => [one.displayName.replace('CN=', ''), one.thumbprint])),
    groups: new Map(assigned.value.groups.map(({ name, id }) => [name, id])),
  };
}

function nameIdOf(nameId: AwsApplication['saml']['nameId']) {
  return {
    Source: 'user',
    ID: nameId.toLowerCase(),
    SamlClaimType: 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier',
    SamlNameIdFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
  };
}

function registeredFacts(customers: Customers, now: Date, order: Surroundings['order']) {
  const [apis, clients] = [apisOf(customers), clientsOf(customers)];
  const idsOf = (name: string) => ({
    appId: clientId(name),
    objectId: objectId(`${name}-object`),
    servicePrincipalId: objectId(`${name}-sp`),
    audience: 'AzureADandPersonalMicrosoftAccount',
    tokenVersion: 2,
    isEnabled: true,
  });
  const named = (value: string) => ({ id: value, value, displayName: '', description: '' });
  const ofApis = apis.map(({ name, identifierUri, scopes, roles }): readonly [string, RegisteredFacts] => {
    const callers = clients.flatMap((client) =>
      client.calls
        .filter((call) => call.api.name === name && call.scopes.length > 0)
        .map((call) => ({
          servicePrincipalId: objectId(`${client.name}-sp`),
          name: client.name,
          scopes: order(call.scopes),
        })),
    );
    const found = foundApplication({
      ...idsOf(name),
      identifierUris: [identifierUri],
      scopes: order(scopes).map(({ value }) => named(value)),
      roles: order(roles).map(({ value }) => named(value)),
    });
    return [name, { found: known(found), trust: { ...NOTHING_ADDED, grants: known({ own: [], clients: callers }) } }];
  });
  const ofClients = clients.map(
    (client) => [client.name, clientFacts(client, { ids: idsOf(client.name), now, order })] as const,
  );
  return new Map([...ofApis, ...ofClients]);
}

function clientFacts(
  { kind, redirectUris, implicitTokens, logoutUrl, clientSecret, calls }: DeclaredClient,
  {
    ids,
    now,
    order,
  }: { readonly ids: Parameters<typeof foundApplication>[0]; readonly now: Date } & Pick<Surroundings, 'order'>,
): RegisteredFacts {
  const periods = clientSecret && secretPeriodsAt(clientSecret, now);
  const ends = periods === undefined ? [] : [periods.previous.endDate, periods.current.endDate];
  const secrets = ends.map((endDate) => ({ keyId: `secret-${endDate}`, name: undefined, end: endDate }));
  const isPublic = kind === 'singlePage' || kind === 'native';
  const uris = order(redirectUris);
  const found = foundApplication({
    ...{ ...ids, implicitTokens, logoutUrl, secrets },
    ...(isPublic ? { redirectUris: [], otherRedirectUris: uris } : { redirectUris: uris, otherRedirectUris: [] }),
  });
  const at = (name: string, value: string): Permission => ({
    ...{ resourceId: objectId(`${name}-sp`), resourceAppId: clientId(name), resource: name, value },
  });
  const ofGraph = ['offline_access', 'openid'].map((value) => ({
    ...at('graph', value),
    resourceAppId: clientId('00000003-0000-0000-c000-000000000000'),
  }));
  const own = calls.flatMap(({ api, scopes }) => scopes.map((value) => at(api.name, value)));
  const permissions = calls.flatMap(({ api, roles }) => roles.map((value) => at(api.name, value)));
  return {
    found: known(found),
    trust: {
      ...NOTHING_ADDED,
      powers: known({ federated: [], permissions, preAuthorized: [], secrets, keys: [], principalKeys: [] }),
      grants: known({ clients: [], own: kind === 'daemon' ? own : [...own, ...ofGraph] }),
    },
  };
}

export function customersFacts(customers: Customers, now: Date, order: Surroundings['order']): CustomersFacts {
  const { tenantId } = customers;
  const userFlows = standingFlows(customers);
  return {
    identityProviders: known(
      customers.identityProviders.map(({ type, displayName = providerTitle(type), clientId }) => ({
        id: providerIdOf(type) ?? displayName,
        displayName,
        clientId,
      })),
    ),
    registered: registeredFacts(customers, now, order),
    directory: {
      type: 'b2c',
      flows: new Map(
        userFlows.map((flow) => {
          const inputs = comparedFlow(flow);
          const own = { attribute: 'somethingOfGraphsOwn', isOptional: false, requiresVerification: false };
          return [
            flow.id,
            known({
              id: flow.id,
              inputs: {
                userFlowId: flow.id,
                ...inputs,
                attributes: [own, ...(inputs.attributes ?? [])],
                identityProviders: order(inputs.identityProviders ?? []),
              },
            }),
          ];
        }),
      ),
      connectors: known(
        customers.apiConnectors.map(({ name, displayName = name, url: targetUrl, authentication, username }) => ({
          ...{ id: name, displayName, targetUrl, authentication, username },
        })),
      ),
      calls: new Map(),
    },
    discoveries: new Map(
      userFlows.map((flow) => [flow.id, known(discoveryOf(authorityOf(customers, flow.id), tenantId, flow.claims))]),
    ),
  };
}

const CLAIM_NAMES: Readonly<Record<string, string>> = {
  displayName: 'name',
  givenName: 'given_name',
  surname: 'family_name',
  objectId: 'oid',
  identityProvider: 'idp',
  email: 'emails',
};

function discoveryOf(authority: string, tenantId: string, claims: readonly string[]): Discovery {
  const endpointOf = (name: string): string => `${authority}/oauth2/v2.0/${name}`.toLowerCase();
  return {
    url: `${authority}/v2.0/.well-known/openid-configuration`,
    issuer: `${new URL(authority).origin}/${tenantId}/v2.0/`,
    // The service answers with flows' names in small letters.
    endpoints: [endpointOf('authorize'), endpointOf('token')],
    algorithms: ['RS256'],
    claims: [...claims.map((claim) => CLAIM_NAMES[claim] ?? claim), 'tfp', 'sub', 'iss'],
    keys: [{ kid: 'a', type: 'RSA', bits: 2048 }],
  };
}
