import type { SignInPolicy } from '../../src/clouds/facts/workforce-facts';
import { TEMPLATES } from '../../constructs/entra/aws-templates';
import type { ApplicationTrust, FoundApplication } from '../../src/clouds/facts/trust-facts';
import type { CustomersTenant, TenantJob, WorkforceTenant } from '../../src/clouds/facts/tenant-facts';
import { policyOf } from '../../src/clouds/graph/read-sign-in-policies';
import { known } from '../../src/clouds/reading';
import { reportedValues } from '../../src/estate/records/application-values';
import type { FoundFlow } from '../../src/estate/records/flow-properties';
import { ClientId, ObjectId } from '../../src/estate/source/ids';
import type { FactInputs, FactValue, ProgramResource, ProgramRun } from '../../src/preview/entra/facts';

import { directoryGroup } from './directory-group';
import { foundApplication, samlApplication } from './found-application';

// Directories as the programs of an estate would leave them: facts that an import would read, made of what they register.

const objectId = (name: string): ObjectId => ObjectId.parse(`object-of-${name}`);
const clientId = (name: string): ClientId => ClientId.parse(`client-of-${name}`);

/** Nothing but what the program makes. */
export const NO_WAY_IN: ApplicationTrust = {
  owners: known([]),
  powers: known({ federated: [], secrets: [], keys: [], principalKeys: [], permissions: [], preAuthorized: [] }),
  grants: known({ own: [], clients: [] }),
};

class Registered {
  constructor(private readonly run: ProgramRun) {}

  all(type: string): readonly ProgramResource[] {
    return this.run.resources.filter((one) => one.kind === 'resource' && one.type.endsWith(`:${type}`));
  }

  one(type: string): FactInputs | undefined {
    return this.all(type)[0]?.inputs;
  }

  /** Name of the resource that an input comes from. */
  source(value: FactValue | undefined): string {
    const key = typeof value === 'object' && value !== null && '$ref' in value ? value['$ref'] : undefined;
    return this.run.resources.find((one) => one.key === key)?.name ?? text(value);
  }
}

function text(value: FactValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function texts(value: FactValue | undefined): readonly string[] {
  return list(value).map(text);
}

function list(value: FactValue | undefined): readonly FactValue[] {
  return Array.isArray(value) ? (value as readonly FactValue[]) : [];
}

function inside(value: FactValue | undefined, ...keys: readonly string[]): FactValue | undefined {
  return keys.reduce<FactValue | undefined>(
    (outer, key) => (typeof outer === 'object' && outer !== null ? (outer as FactInputs)[key] : undefined),
    value,
  );
}

/** The tenant that the workforce program leaves. */
export function workforceTenantOf(run: ProgramRun, tenantId: string): WorkforceTenant {
  const registered = new Registered(run);
  const principal = registered.one('ServicePrincipal') ?? {};
  const template = registered.one('ApplicationFromTemplate') ?? {};
  const appId = clientId('aws');
  const claims = registered.one('ClaimsMappingPolicy') ?? {};
  const groups = registered.all('Group').map(({ name, inputs }) => ({
    ...directoryGroup(text(inputs['displayName'])),
    id: objectId(name),
    description: text(inputs['description']),
    membershipRule: (inputs['dynamicMembership'] as { readonly rule: string } | undefined)?.rule,
    isAssignableToRoles: inputs['assignableToRole'] === true,
    nested: [],
    hasDirectMembers: true,
    namesakes: 1,
  }));
  return {
    tenantId,
    groups,
    trust: NO_WAY_IN,
    application: samlApplication({
      appId,
      objectId: objectId('aws'),
      servicePrincipalId: objectId('aws-principal'),
      displayName: text(template['displayName']),
      templateId: text(template['templateId']),
      identifierUris: registered.all('ApplicationIdentifierUri').map(({ inputs }) => text(inputs['identifierUri'])),
      redirectUris: registered.all('ApplicationRedirectUris').flatMap(({ inputs }) => texts(inputs['redirectUris'])),
      mode: text(principal['preferredSingleSignOnMode']),
      signOnUrl: text(principal['loginUrl']),
      notificationEmails: texts(principal['notificationEmailAddresses']),
      isHidden: false,
      assignmentRequired: principal['appRoleAssignmentRequired'] === true,
      roles: [{ id: 'role', value: '', displayName: 'User' }],
      certificates: registered.all('SamlSigningCertificate').map(({ name, inputs }) => ({
        thumbprint: name,
        customKeyIdentifier: name,
        displayName: text(inputs['displayName']),
        startDateTime: '2026-01-01T08:30:00Z',
        endDateTime: text(inputs['endDateTime']).replace('T00:00:00Z', 'T17:30:01Z'),
        certificate: '',
      })),
      activeThumbprint: registered.all('SamlSigningCertificate').find(({ inputs }) => inputs['active'] === true)?.name,
    }),
    assignments: registered.all('AppRoleAssignment').map(({ name, inputs }) => ({
      id: name,
      principalType: 'Group',
      principalId: objectId(registered.source(inputs['principalObjectId'])),
      principalName: name,
      roleId: 'role',
    })),
    claims: known([
      { id: objectId('claims'), displayName: text(claims['displayName']), definitions: texts(claims['definitions']) },
    ]),
    jobs: known(jobsOf(registered)),
    policies: known(registered.all('ConditionalAccessPolicy').map((one) => signInPolicyOf(registered, one, appId))),
  };
}

function jobsOf(registered: Registered): readonly TenantJob[] {
  const mappings = list(registered.one('SynchronizationSchema')?.['attributeMappings']).map((edit) => ({
    target: text(inside(edit, 'targetAttribute')),
    attribute: text(inside(edit, 'sourceAttribute')),
  }));
  return registered.all('SynchronizationJob').map(({ inputs }) => ({
    id: 'job',
    templateId: text(inputs['templateId']),
    isRunning: registered.one('SynchronizationState')?.['running'] === true,
    mappings,
  }));
}

/** As Graph answers what azuread sends. */
function signInPolicyOf(registered: Registered, { name, inputs }: ProgramResource, appId: string): SignInPolicy {
  const strength = text(inside(inputs['grantControls'], 'authenticationStrengthPolicyId')).split('/').at(-1) ?? '';
  const session = inputs['sessionControls'];
  const hours = inside(session, 'signInFrequency');
  const excluded = list(inside(inputs['conditions'], 'users', 'excludedGroups'));
  return policyOf({
    id: name,
    displayName: text(inputs['displayName']),
    state: text(inputs['state']),
    conditions: {
      applications: { includeApplications: [appId], excludeApplications: [] },
      users: { includeUsers: ['All'], excludeGroups: excluded.map((group) => objectId(registered.source(group))) },
      clientAppTypes: ['all'],
    },
    grantControls: {
      operator: text(inside(inputs['grantControls'], 'operator')),
      builtInControls: texts(inside(inputs['grantControls'], 'builtInControls')),
      ...(strength !== '' && { authenticationStrength: { id: strength } }),
    },
    ...(session !== undefined && {
      sessionControls: {
        signInFrequency: {
          isEnabled: true,
          ...(typeof hours === 'number'
            ? { value: hours, type: text(inside(session, 'signInFrequencyPeriod')) }
            : { frequencyInterval: 'everyTime' }),
        },
      },
    }),
  });
}

/** The directory that the customers program leaves. */
export function customersTenantOf(run: ProgramRun, tenantId: string): CustomersTenant {
  const registered = new Registered(run);
  const flows = registered.all('UserFlow').map(({ inputs }) => userFlowOf(inputs));
  return {
    tenantId,
    type: 'b2c',
    initialDomain: known('contosoclaims.onmicrosoft.com'),
    applications: registered.all('Application').map((one) => applicationOf(registered, one)),
    flows,
    trusts: new Map(registered.all('Application').map(({ name }) => [objectId(name), NO_WAY_IN])),
    grants: known(
      registered.all('ServicePrincipalDelegatedPermissionGrant').map(({ name, inputs }) => ({
        id: name,
        clientId: objectId(registered.source(inputs['servicePrincipalObjectId'])),
        resourceId: resourceOf(registered, inputs['resourceServicePrincipalObjectId']),
      })),
    ),
    policies: known([]),
    microsoftGraph: objectId('microsoft-graph'),
  };
}

function resourceOf(registered: Registered, value: FactValue | undefined): ObjectId {
  const name = registered.source(value);
  return objectId(name.endsWith('-service-principal') ? name : 'microsoft-graph');
}

function applicationOf(registered: Registered, { name, inputs }: ProgramResource): FoundApplication {
  return foundApplication({
    appId: clientId(name),
    objectId: objectId(name),
    servicePrincipalId: objectId(name.replace(/-application$/, '-service-principal')),
    ...reportedValues({ application: inputs, servicePrincipal: undefined }),
    displayName: text(inputs['displayName']),
    asksFor: list(inputs['requiredResourceAccesses']).map((access) =>
      clientId(registered.source(inside(access, 'resourceAppId'))),
    ),
  });
}

function userFlowOf(inputs: FactInputs): FoundFlow {
  return { id: text(inputs['userFlowId']), inputs: { userFlowTypeVersion: 3, ...inputs } };
}

/** Templates by their ids, as the import is given them. */
export const TEMPLATE_WORDS = new Map(
  (['gallery', 'non-gallery'] as const).map((template) => [
    TEMPLATES[template].id,
    { template, synchronization: TEMPLATES[template].synchronization },
  ]),
);
