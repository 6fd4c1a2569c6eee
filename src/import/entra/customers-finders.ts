import type { FoundApplication } from '../../clouds/facts/application-facts';
import type { CustomersTenant } from '../../clouds/facts/tenant-facts';
import { MICROSOFT_GRAPH } from '../../clouds/facts/ways-in';
import { flowName } from '../../estate/records/flows';
import type { Finder, Inputs } from './finder';

type Finders = Readonly<Record<string, Finder>>;

/** Finders of the customers program's resources: see those of the workforce program. */
export function customersFinders(tenant: CustomersTenant): Finders {
  return { ...applicationFinders(tenant), ...flowFinders(tenant) };
}

function applicationFinders({ applications, grants, microsoftGraph }: CustomersTenant): Finders {
  const consents = grants.state === 'known' ? grants.value : [];
  return {
    'azuread:index/application:Application': (inputs) => {
      const found = findApplication(applications, inputs);
      if (found === undefined) return undefined;
      const { objectId, appId: clientId } = found;
      return { id: `/applications/${objectId}`, outputs: { id: `/applications/${objectId}`, objectId, clientId } };
    },
    'azuread:index/servicePrincipal:ServicePrincipal': (inputs) => {
      const found = applications.find(({ appId }) => appId === inputs.text('clientId'));
      const objectId = found?.servicePrincipalId;
      if (found === undefined || objectId === undefined) return undefined;
      const id = `/servicePrincipals/${objectId}`;
      return { id, outputs: { id, objectId, clientId: found.appId } };
    },
    'azuread:index/getServicePrincipal:getServicePrincipal': (inputs) =>
      inputs.text('clientId') === MICROSOFT_GRAPH && microsoftGraph !== undefined
        ? { id: microsoftGraph, outputs: { objectId: microsoftGraph } }
        : undefined,
    'azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant': (inputs) => {
      const found = consents.find(
        ({ clientId, resourceId }) =>
          clientId === inputs.text('servicePrincipalObjectId') &&
          resourceId === inputs.text('resourceServicePrincipalObjectId'),
      );
      return found && { id: `/oauth2PermissionGrants/${found.id}`, outputs: {} };
    },
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

function flowFinders({ type, flows, policies }: CustomersTenant): Finders {
  const known = policies.state === 'known' ? policies.value : [];
  const find = (name: string | undefined): string | undefined =>
    flows.find(({ inputs }) => flowName(inputs) === name)?.id;
  const asFound = (id: string | undefined): ReturnType<Finder> => (id === undefined ? undefined : { id, outputs: {} });
  return {
    'entragraph:index:UserFlow': (inputs) => asFound(type === 'b2c' ? find(inputs.text('userFlowId')) : undefined),
    'entragraph:index:AuthenticationEventsFlow': (inputs) =>
      asFound(type === 'b2c' ? undefined : find(inputs.text('displayName'))),
    'azuread:index/conditionalAccessPolicy:ConditionalAccessPolicy': (inputs) => {
      const policy = known.find(({ name }) => name === inputs.text('displayName'));
      return policy && { id: `/identity/conditionalAccess/policies/${policy.id}`, outputs: { objectId: policy.id } };
    },
  };
}
