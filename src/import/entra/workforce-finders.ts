import type { WorkforceTenant } from '../../clouds/facts/tenant-facts';
import type { Finder, Inputs } from './finder';
import { isInRole } from './group-words';

type Finders = Readonly<Record<string, Finder>>;

/**
 * Finders of the workforce program's resources. The ids are those that the pages of terraform-provider-azuread give, section
 * Import, and the doc comments of `constructs/graph`.
 */
export function workforceFinders(tenant: WorkforceTenant): Finders {
  return {
    ...applicationFinders(tenant),
    ...signingFinders(tenant),
    ...groupFinders(tenant),
    ...provisioningFinders(tenant),
  };
}

function applicationFinders(tenant: WorkforceTenant): Finders {
  const { application } = tenant;
  const { appId, objectId, servicePrincipalId, templateId } = application;
  const [registration, principal] = [`/applications/${objectId}`, `/servicePrincipals/${servicePrincipalId}`];
  const isOurs = (inputs: Inputs): boolean => inputs.text('applicationId') === registration;
  return {
    'azuread:index/applicationFromTemplate:ApplicationFromTemplate': (inputs) => {
      if (inputs.text('displayName') !== application.displayName || inputs.text('templateId') !== templateId)
        return undefined;
      const outputs = { id: registration, applicationId: registration, applicationObjectId: objectId };
      return { id: `/applicationTemplates/${templateId}/instantiate/${objectId}/${servicePrincipalId}`, outputs };
    },
    'azuread:index/getApplication:getApplication': (inputs) =>
      inputs.text('objectId') === objectId ? { id: registration, outputs: { clientId: appId, objectId } } : undefined,
    'azuread:index/servicePrincipal:ServicePrincipal': (inputs) =>
      inputs.text('clientId') === appId
        ? { id: principal, outputs: { id: principal, objectId: servicePrincipalId, clientId: appId } }
        : undefined,
    'azuread:index/applicationIdentifierUri:ApplicationIdentifierUri': (inputs) => {
      const uri = inputs.text('identifierUri');
      if (!isOurs(inputs) || uri === undefined || !application.identifierUris.includes(uri)) return undefined;
      return { id: `${registration}/identifierUris/${Buffer.from(uri).toString('base64')}`, outputs: {} };
    },
    'azuread:index/applicationRedirectUris:ApplicationRedirectUris': (inputs) =>
      isOurs(inputs) && application.redirectUris.length > 0
        ? { id: `${registration}/redirectUris/${inputs.text('type') ?? 'Web'}`, outputs: {} }
        : undefined,
  };
}

/** Claims and certificates of its answers. */
function signingFinders({ application, ...tenant }: WorkforceTenant): Finders {
  const { servicePrincipalId } = application;
  const principal = `/servicePrincipals/${servicePrincipalId}`;
  const claims = tenant.claims.state === 'known' ? tenant.claims.value : [];
  return {
    'azuread:index/claimsMappingPolicy:ClaimsMappingPolicy': (inputs) => {
      const policy = claims.find(({ displayName }) => displayName === inputs.text('displayName'));
      const id = policy && `/policies/claimsMappingPolicies/${policy.id}`;
      return id === undefined ? undefined : { id, outputs: { id } };
    },
    'azuread:index/servicePrincipalClaimsMappingPolicyAssignment:ServicePrincipalClaimsMappingPolicyAssignment': (
      inputs,
    ) => {
      const policy = inputs.text('claimsMappingPolicyId');
      if (policy === undefined || inputs.text('servicePrincipalId') !== principal) return undefined;
      return { id: `${principal}/claimsMappingPolicies/${policy.split('/').at(-1) ?? policy}`, outputs: {} };
    },
    'entragraph:index:SamlSigningCertificate': (inputs) => {
      const [subject, end] = [inputs.text('displayName'), inputs.text('endDateTime')?.slice(0, 10)];
      const found = application.certificates.find(
        (one) => one.displayName === subject && one.endDateTime.slice(0, 10) === end,
      );
      if (found === undefined || inputs.text('servicePrincipalId') !== servicePrincipalId) return undefined;
      return { id: `${servicePrincipalId}/${found.thumbprint}`, outputs: {} };
    },
  };
}

function groupFinders({ groups, assignments, application, policies }: WorkforceTenant): Finders {
  const find = (name: string | undefined): (typeof groups)[number] | undefined =>
    groups.find(({ displayName, namesakes }) => displayName === name && namesakes <= 1);
  const known = policies.state === 'known' ? policies.value : [];
  // A group may be assigned in other roles as well.
  const inRole = assignments.filter((one) => isInRole(one, application));
  return {
    'azuread:index/group:Group': (inputs) => {
      const group = find(inputs.text('displayName'));
      return group && { id: `/groups/${group.id}`, outputs: { id: `/groups/${group.id}`, objectId: group.id } };
    },
    'azuread:index/groupMember:GroupMember': (inputs) => {
      const [outer, inner] = ['groupObjectId', 'memberObjectId'].map((key) => inputs.text(key));
      const isMember = groups.some(({ id, nested }) => id === outer && nested.some((one) => one === inner));
      return isMember ? { id: `${outer ?? ''}/member/${inner ?? ''}`, outputs: {} } : undefined;
    },
    'azuread:index/getGroup:getGroup': (inputs) => {
      const group = groups.find(({ id }) => id === inputs.text('objectId'));
      return group && { id: group.id, outputs: { objectId: group.id } };
    },
    'azuread:index/appRoleAssignment:AppRoleAssignment': (inputs) => {
      const found = inRole.find(({ principalId }) => principalId === inputs.text('principalObjectId'));
      const resource = inputs.text('resourceObjectId');
      if (found === undefined || resource !== application.servicePrincipalId) return undefined;
      return { id: `/servicePrincipals/${resource}/appRoleAssignedTo/${found.id}`, outputs: {} };
    },
    'azuread:index/conditionalAccessPolicy:ConditionalAccessPolicy': (inputs) => {
      const policy = known.find(
        ({ name, applications }) => name === inputs.text('displayName') && applications.includes(application.appId),
      );
      return policy && { id: `/identity/conditionalAccess/policies/${policy.id}`, outputs: { objectId: policy.id } };
    },
  };
}

function provisioningFinders({ jobs, application: { servicePrincipalId } }: WorkforceTenant): Finders {
  const known = jobs.state === 'known' ? jobs.value : [];
  const ofJob: Finder = (inputs) => {
    const job = inputs.text('jobId')?.split('/').at(-1);
    const isOurs = job !== undefined && inputs.text('servicePrincipalId') === servicePrincipalId;
    return isOurs ? { id: `${servicePrincipalId}/${job}`, outputs: {} } : undefined;
  };
  return {
    'azuread:index/synchronizationJob:SynchronizationJob': (inputs) => {
      const job = known.find(({ templateId }) => templateId === inputs.text('templateId'));
      const id = job && `/servicePrincipals/${servicePrincipalId}/synchronization/jobs/${job.id}`;
      return id === undefined ? undefined : { id, outputs: { id } };
    },
    'entragraph:index:SynchronizationSchema': ofJob,
    'entragraph:index:SynchronizationState': ofJob,
  };
}
