import type { CustomersTenant, WorkforceTenant } from '../../clouds/facts/tenant-facts';
import { type FactValue, isReference, type ProgramResource, type ProgramRun } from '../../preview/entra/facts';
import { valueAt } from '../../text/path';
import { type ApplicationChoice, withoutNamesakes } from './choose-applications';
import type { FoundApplication } from '../../clouds/facts/trust-facts';
import type { SignInPolicy } from '../../clouds/facts/workforce-facts';
import { MICROSOFT_GRAPH } from '../../clouds/facts/ways-in';
import { itemsOf, type Reading } from '../../clouds/reading';
import { flowName } from '../../estate/records/flow-properties';
import { isInRole } from './group-words';

/** Resources of a program that exist, and those that a deployment would create. */
export interface Adoption {
  /** Ids by `<type>::<name>`, as the stack's config `adopt` takes them. */
  readonly ids: Readonly<Record<string, string>>;
  /** The same for what is not there. */
  readonly created: readonly string[];
}

/** Finds each resource of the workforce program in a tenant. */
export function adoptWorkforce(run: ProgramRun, tenant: WorkforceTenant): Adoption {
  return adopt(run, workforceFinders(tenant));
}

/** Finds each resource of the customers program in a directory. Of applications of one name those that are chosen. */
export function adoptCustomers(run: ProgramRun, tenant: CustomersTenant, choice: ApplicationChoice): Adoption {
  return adopt(run, customersFinders({ ...tenant, applications: withoutNamesakes(tenant.applications, choice) }));
}

function adopt({ resources }: ProgramRun, finders: Finders): Adoption {
  const byKey = new Map(resources.map((resource) => [resource.key, resource]));
  const met = new Map<string, Found | undefined>();
  const find = (key: string): Found | undefined => {
    const resource = byKey.get(key);
    if (resource === undefined || met.has(key)) return met.get(key);
    // A program has no circles; this ends one all the same.
    met.set(key, undefined);
    const one = finders[resource.type]?.(inputsOf(resource, find));
    met.set(key, one);
    return one;
  };
  const own = resources.filter(({ kind, type }) => kind === 'resource' && !type.startsWith('pulumi:'));
  const entries = own.map((resource) => [nameOf(resource), find(resource.key)] as const);
  return {
    ids: Object.fromEntries(entries.flatMap(([name, one]) => (one === undefined ? [] : [[name, one.id]]))),
    created: entries.flatMap(([name, one]) => (one === undefined ? [name] : [])),
  };
}

function nameOf({ type, name }: ProgramResource): string {
  return `${type}::${name}`;
}

function inputsOf({ inputs }: ProgramResource, find: (key: string) => Found | undefined): Inputs {
  const textOf = (value: FactValue | undefined): string | undefined => {
    if (typeof value === 'string') return value;
    return isReference(value) ? find(value.$ref)?.outputs[value.property] : undefined;
  };
  return {
    text: (key) => textOf(inputs[key]),
    texts: (...path) => {
      const value = valueAt(inputs, path);
      return Array.isArray(value) ? value.flatMap((item: FactValue) => textOf(item) ?? []) : [];
    },
  };
}

/** An object of the directory that a resource of a program takes over. */
interface Found {
  /** As the provider's import takes it. */
  readonly id: string;
  /** Outputs that inputs of other resources come from. */
  readonly outputs: Readonly<Record<string, string | undefined>>;
}

/** Inputs of a resource, with what is known of the resources that they come from. */
interface Inputs {
  /** A text; undefined if it is none, or comes from a resource that was not found. */
  readonly text: (key: string) => string | undefined;
  /** Texts of a list, perhaps inside of another input: `web`, `redirectUris`. */
  readonly texts: (...path: readonly string[]) => readonly string[];
}

/** Finds what a resource is in the directory: undefined if it is not there, or nothing can take it over. */
type Finder = (inputs: Inputs) => Found | undefined;

/** By types of resources. */
type Finders = Readonly<Record<string, Finder>>;

const found = (id: string, outputs: Found['outputs'] = {}): Found => ({ id, outputs: { id, ...outputs } });

/** A service principal by the client id of its application. */
function findPrincipal(all: readonly FoundApplication[], inputs: Inputs): Found | undefined {
  const one = all.find(({ appId }) => appId === inputs.text('clientId'));
  const objectId = one?.servicePrincipalId;
  return one && objectId && found(`/servicePrincipals/${objectId}`, { objectId, clientId: one.appId });
}

function findPolicy(policies: Reading<readonly SignInPolicy[]>, inputs: Inputs, appId?: string): Found | undefined {
  const policy = itemsOf(policies).find(
    ({ name, applications }) =>
      name === inputs.text('displayName') && (appId === undefined || applications.includes(appId)),
  );
  return policy && found(`/identity/conditionalAccess/policies/${policy.id}`, { objectId: policy.id });
}

/**
 * Finders of the workforce program's resources. The ids are those that the pages of terraform-provider-azuread give, section
 * Import, and the doc comments of `constructs/graph`.
 */
function workforceFinders(tenant: WorkforceTenant): Finders {
  return {
    ...samlFinders(tenant),
    ...signingFinders(tenant),
    ...groupFinders(tenant),
    ...provisioningFinders(tenant),
  };
}

function samlFinders({ application }: WorkforceTenant): Finders {
  const { appId, objectId, servicePrincipalId, templateId } = application;
  const registration = `/applications/${objectId}`;
  const isOurs = (inputs: Inputs): boolean => inputs.text('applicationId') === registration;
  return {
    'azuread:index/applicationFromTemplate:ApplicationFromTemplate': (inputs) => {
      if (inputs.text('displayName') !== application.displayName || inputs.text('templateId') !== templateId)
        return undefined;
      const outputs = { id: registration, applicationId: registration, applicationObjectId: objectId };
      return found(`/applicationTemplates/${templateId}/instantiate/${objectId}/${servicePrincipalId}`, outputs);
    },
    'azuread:index/getApplication:getApplication': (inputs) =>
      inputs.text('objectId') === objectId ? found(registration, { clientId: appId, objectId }) : undefined,
    'azuread:index/servicePrincipal:ServicePrincipal': (inputs) => findPrincipal([application], inputs),
    'azuread:index/applicationIdentifierUri:ApplicationIdentifierUri': (inputs) => {
      const uri = inputs.text('identifierUri');
      if (!isOurs(inputs) || uri === undefined || !application.identifierUris.includes(uri)) return undefined;
      return found(`${registration}/identifierUris/${Buffer.from(uri).toString('base64')}`);
    },
    'azuread:index/applicationRedirectUris:ApplicationRedirectUris': (inputs) =>
      isOurs(inputs) && application.redirectUris.length > 0
        ? found(`${registration}/redirectUris/${inputs.text('type') ?? 'Web'}`)
        : undefined,
  };
}

/** Claims and certificates of its answers. */
function signingFinders({ application, claims }: WorkforceTenant): Finders {
  const { servicePrincipalId } = application;
  const principal = `/servicePrincipals/${servicePrincipalId}`;
  return {
    'azuread:index/claimsMappingPolicy:ClaimsMappingPolicy': (inputs) => {
      const policy = itemsOf(claims).find(({ displayName }) => displayName === inputs.text('displayName'));
      return policy && found(`/policies/claimsMappingPolicies/${policy.id}`);
    },
    'azuread:index/servicePrincipalClaimsMappingPolicyAssignment:ServicePrincipalClaimsMappingPolicyAssignment': (
      inputs,
    ) => {
      const policy = inputs.text('claimsMappingPolicyId');
      if (policy === undefined || inputs.text('servicePrincipalId') !== principal) return undefined;
      return found(`${principal}/claimsMappingPolicies/${policy.split('/').at(-1) ?? policy}`);
    },
    'entragraph:index:SamlSigningCertificate': (inputs) => {
      const [subject, end] = [inputs.text('displayName'), inputs.text('endDateTime')?.slice(0, 10)];
      const certificate = application.certificates.find(
        (one) => one.displayName === subject && one.endDateTime.slice(0, 10) === end,
      );
      if (certificate === undefined || inputs.text('servicePrincipalId') !== servicePrincipalId) return undefined;
      return found(`${servicePrincipalId}/${certificate.thumbprint}`);
    },
  };
}

function groupFinders({ groups, assignments, application, policies }: WorkforceTenant): Finders {
  // A group may be assigned in other roles as well.
  const inRole = assignments.filter((one) => isInRole(one, application));
  return {
    'azuread:index/group:Group': (inputs) => {
      const group = groups.find((one) => one.displayName === inputs.text('displayName') && one.namesakes <= 1);
      return group && found(`/groups/${group.id}`, { objectId: group.id });
    },
    'azuread:index/groupMember:GroupMember': (inputs) => {
      const [outer, inner] = ['groupObjectId', 'memberObjectId'].map((key) => inputs.text(key));
      const isMember = groups.some(({ id, nested }) => id === outer && nested.some((one) => one === inner));
      return isMember ? found(`${outer ?? ''}/member/${inner ?? ''}`) : undefined;
    },
    'azuread:index/getGroup:getGroup': (inputs) => {
      const group = groups.find(({ id }) => id === inputs.text('objectId'));
      return group && found(group.id, { objectId: group.id });
    },
    'azuread:index/appRoleAssignment:AppRoleAssignment': (inputs) => {
      const one = inRole.find(({ principalId }) => principalId === inputs.text('principalObjectId'));
      const resource = inputs.text('resourceObjectId');
      if (one === undefined || resource !== application.servicePrincipalId) return undefined;
      return found(`/servicePrincipals/${resource}/appRoleAssignedTo/${one.id}`);
    },
    'azuread:index/conditionalAccessPolicy:ConditionalAccessPolicy': (inputs) =>
      findPolicy(policies, inputs, application.appId),
  };
}

function provisioningFinders({ jobs, application: { servicePrincipalId } }: WorkforceTenant): Finders {
  const ofJob: Finder = (inputs) => {
    const job = inputs.text('jobId')?.split('/').at(-1);
    const isOurs = job !== undefined && inputs.text('servicePrincipalId') === servicePrincipalId;
    return isOurs ? found(`${servicePrincipalId}/${job}`) : undefined;
  };
  return {
    'azuread:index/synchronizationJob:SynchronizationJob': (inputs) => {
      const job = itemsOf(jobs).find(({ templateId }) => templateId === inputs.text('templateId'));
      return job && found(`/servicePrincipals/${servicePrincipalId}/synchronization/jobs/${job.id}`);
    },
    'entragraph:index:SynchronizationSchema': ofJob,
    'entragraph:index:SynchronizationState': ofJob,
  };
}

/** Finders of the customers program's resources. */
function customersFinders(tenant: CustomersTenant): Finders {
  const { applications, grants, microsoftGraph, type, flows, policies } = tenant;
  const findFlow = (name: string | undefined): Found | undefined => {
    const flow = flows.find(({ inputs }) => flowName(inputs) === name);
    return flow && found(flow.id);
  };
  return {
    'azuread:index/application:Application': (inputs) => {
      const one = findApplication(applications, inputs);
      return one && found(`/applications/${one.objectId}`, { objectId: one.objectId, clientId: one.appId });
    },
    'azuread:index/servicePrincipal:ServicePrincipal': (inputs) => findPrincipal(applications, inputs),
    'azuread:index/getServicePrincipal:getServicePrincipal': (inputs) =>
      inputs.text('clientId') === MICROSOFT_GRAPH && microsoftGraph !== undefined
        ? found(microsoftGraph, { objectId: microsoftGraph })
        : undefined,
    'azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant': (inputs) => {
      const grant = itemsOf(grants).find(
        ({ clientId, resourceId }) =>
          clientId === inputs.text('servicePrincipalObjectId') &&
          resourceId === inputs.text('resourceServicePrincipalObjectId'),
      );
      return grant && found(`/oauth2PermissionGrants/${grant.id}`);
    },
    'entragraph:index:UserFlow': (inputs) => (type === 'b2c' ? findFlow(inputs.text('userFlowId')) : undefined),
    'entragraph:index:AuthenticationEventsFlow': (inputs) =>
      type === 'b2c' ? undefined : findFlow(inputs.text('displayName')),
    'azuread:index/conditionalAccessPolicy:ConditionalAccessPolicy': (inputs) => findPolicy(policies, inputs),
  };
}

/** By its identifier, if it has one, or else by name and redirect URIs: neither is unique. */
function findApplication(applications: readonly FoundApplication[], inputs: Inputs): FoundApplication | undefined {
  const [uri] = inputs.texts('identifierUris');
  if (uri !== undefined) return applications.find(({ identifierUris }) => identifierUris.includes(uri));
  const named = applications.filter(({ displayName }) => displayName === inputs.text('displayName'));
  const declared = inputs.texts('web', 'redirectUris');
  const [only, ...more] =
    named.length === 1
      ? named
      : named.filter((one) => one.redirectUris.some((redirect) => declared.includes(redirect)));
  return more.length === 0 ? only : undefined;
}
