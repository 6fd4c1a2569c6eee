/** Components and resources for a Pulumi program of one's own: `@entra-aws-identity/cli/entra`. */
export {
  ApiConnectors,
  CustomExtensions,
  CustomAttributes,
  IdentityProviders,
} from '../../../constructs/entra/customers-directory';
export { B2cUserFlows, ExternalIdUserFlows } from '../../../constructs/entra/user-flows';
export { ClientSecrets } from '../../../constructs/entra/client-secrets';
export { ConditionalAccess } from '../../../constructs/entra/conditional-access';
export { CustomersApi, CustomersClient, CustomersConsent } from '../../../constructs/entra/customers-applications';
export { AwsApplication, EmergencyApplication } from '../../../constructs/entra/saml-application';
export { LeaversReader } from '../../../constructs/entra/leavers-reader';
export { SamlSigningCertificates } from '../../../constructs/entra/saml-signing-certificates';
export { ScimProvisioning } from '../../../constructs/entra/scim-provisioning';
export { WorkforceGroups } from '../../../constructs/entra/workforce-groups';
export { ApiConnector } from '../../../constructs/graph/api-connector';
export { AuthenticationEventListener } from '../../../constructs/graph/custom-authentication';
export { CustomAuthenticationExtension } from '../../../constructs/graph/custom-authentication';
export { AuthenticationEventsFlow } from '../../../constructs/graph/events-flow';
export { getAuthenticationEventsFlowOutput } from '../../../constructs/graph/events-flow';
export { getSynchronizationJobOutput } from '../../../constructs/graph/synchronization';
export { getSynchronizationTemplateOutput } from '../../../constructs/graph/synchronization';
export { getUserFlowOutput } from '../../../constructs/graph/user-flow';
export { GraphProvider } from '../../../constructs/graph/provider';
export { IdentityProvider } from '../../../constructs/graph/identity-provider';
export { SamlSigningCertificate } from '../../../constructs/graph/saml-signing-certificate';
export { SynchronizationSchema } from '../../../constructs/graph/synchronization';
export { SynchronizationState } from '../../../constructs/graph/synchronization';
export { UserFlow } from '../../../constructs/graph/user-flow';
export { UserFlowAttribute } from '../../../constructs/graph/user-flow';
export { PROGRAMS } from '../../../stacks/entra/programs';
export type { Program, ProgramContext } from '../../../stacks/entra/program';
