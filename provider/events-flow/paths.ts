/** Path of the user flows of an external tenant. */
export const FLOWS = '/v1.0/identity/authenticationEventsFlows';

const NAMESPACE = 'microsoft.graph';

export const FLOW_TYPE = `#${NAMESPACE}.externalUsersSelfServiceSignUpEventsFlow`;
export const START_TYPE = `#${NAMESPACE}.onInteractiveAuthFlowStartExternalUsersSelfServiceSignUp`;
export const METHODS_TYPE = `#${NAMESPACE}.onAuthenticationMethodLoadStartExternalUsersSelfServiceSignUp`;
export const COLLECTION_TYPE = `#${NAMESPACE}.onAttributeCollectionExternalUsersSelfServiceSignUp`;
export const APPLICATION_TYPE = `#${NAMESPACE}.authenticationConditionApplication`;

/** Below a flow: its identity providers (Microsoft Graph, 'List identityProviders (in a user flow)'). */
export const PROVIDERS = [
  FLOW_TYPE.slice(1),
  'onAuthenticationMethodLoadStart',
  METHODS_TYPE.slice(1),
  'identityProviders',
].join('/');

export function flowPath(id: string): string {
  return `${FLOWS}/${encodeURIComponent(id)}`;
}
