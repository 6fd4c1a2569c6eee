/** Components and resources for a Pulumi program of one's own: `@entra-aws-identity/cli/entra`. */
export {
  ApiConnectors,
  B2cUserFlows,
  CustomAttributes,
  CustomExtensions,
  ExternalIdUserFlows,
  IdentityProviders,
} from '../../../constructs/entra/customers-directory';
export {
  ClientSecrets,
  CustomersApi,
  CustomersClient,
  CustomersConsent,
} from '../../../constructs/entra/customers-applications';
export { ConditionalAccess } from '../../../constructs/entra/conditional-access';
export {
  AwsApplication,
  EmergencyApplication,
  SamlSigningCertificates,
} from '../../../constructs/entra/saml-application';
export { LeaversReader } from '../../../constructs/entra/leavers-reader';
export { ScimProvisioning } from '../../../constructs/entra/scim-provisioning';
export { WorkforceGroups } from '../../../constructs/entra/workforce-groups';
export {
  ApiConnector,
  IdentityProvider,
  UserFlow,
  UserFlowAttribute,
  getUserFlowOutput,
} from '../../../constructs/graph/customers';
export {
  AuthenticationEventListener,
  AuthenticationEventsFlow,
  CustomAuthenticationExtension,
  getAuthenticationEventsFlowOutput,
} from '../../../constructs/graph/external-id';
export {
  SamlSigningCertificate,
  SynchronizationSchema,
  SynchronizationState,
  getSynchronizationJobOutput,
  getSynchronizationTemplateOutput,
} from '../../../constructs/graph/aws-application';
export { GraphProvider } from '../../../constructs/graph/provider';
export { PROGRAMS } from '../../../stacks/entra/programs';
export type { Program, ProgramContext } from '../../../stacks/entra/program';
