import type { Check, DoctorCheckId, PreflightCheckId } from '../check';
import { applications as assignedApplications } from './access/applications';
import { assignments, otherSets } from './access/assignments';
import { attributes } from './access/attributes';
import { instanceKey, instanceRegions } from './access/instance';
import { nestedGroups } from './scim/nested-groups';
import { policies } from './access/policies';
import { pendingGroups } from './access/pending-groups';
import { permissionSets, provisionedSets } from './access/permission-sets';
import { snapshot } from './access/snapshot';
import { apiConnectors } from './b2c/api-connectors';
import { customExtensions } from './b2c/custom-extensions';
import { applications, consent, redirectUris } from './b2c/applications';
import { clientSecret } from './b2c/client-secret';
import { identityProviders } from './b2c/identity-providers';
import { permissions } from './b2c/permissions';
import { steps } from './b2c/steps';
import { keys, tokens as b2cTokens } from './b2c/tokens';
import { multifactor, userFlows } from './b2c/user-flows';
import { identitySource, metadataUploaded } from './console/identity-source';
import { importedCertificates } from './console/imported-certificates';
import { mfa } from './console/mfa';
import { provisioningEnabled } from './console/provisioning';
import { emergencyAlarms, emergencySubscriptions, emergencyTrail } from './emergency/alarms';
import {
  emergencyApplication,
  emergencyCertificate,
  emergencyClaims,
  emergencyOtherCertificates,
} from './emergency/application';
import { emergencyMfa } from './emergency/mfa';
import { emergencyPeople } from './emergency/people';
import { emergencyPermissions } from './emergency/permissions';
import { emergencyProvider } from './emergency/provider';
import { emergencyRoles, emergencySignInRole } from './emergency/roles';
import { alarms, tables } from './hosting/guards';
import { health, secrets, services } from './hosting/services';
import { newestCheckout } from './preflight/checkout';
import { activeAccounts, delegatedAdministrator, stackSets } from './preflight/accounts';
import {
  attributes as freeAttributes,
  freeNames,
  identityCenter,
  instanceKey as usableKey,
} from './preflight/instance';
import { customerPolicies, documents, managedPolicies } from './preflight/policies';
import { quotas } from './preflight/quotas';
import { enabledRegions } from './preflight/regions';
import { addresses, application, signIn } from './saml/application';
import { signingCertificate } from './saml/certificates';
import { metadata } from './saml/metadata';
import { nameId } from './saml/name-id';
import { otherCertificates } from './saml/other-certificates';
import { permissions as samlPermissions } from './saml/permissions';
import { pulumiIds } from './saml/pulumi-ids';
import { groupSettings } from './scim/group-settings';
import { groups } from './scim/groups';
import { job } from './scim/job';
import { leaversReader } from './scim/leavers-reader';
import { mapping } from './scim/mapping';
import { people } from './scim/people';
import { scope } from './scim/scope';
import { token, tokens } from './scim/token';
import { watch } from './scim/watch';
import { customersOwners, emergencyOwners, workforceOwners } from './owners';
import { customersToken, workforceToken } from './trust/token';

/** Checks of the doctor by their ids, in the order of the report. An id without its row does not compile. */
const DOCTOR: Readonly<Record<DoctorCheckId, Check>> = {
  'access-policies': policies,
  'access-permission-sets': permissionSets,
  'access-assignments': assignments,
  'access-other-sets': otherSets,
  'access-provisioned': provisionedSets,
  'access-applications': assignedApplications,
  'access-attributes': attributes,
  'access-pending-groups': pendingGroups,
  'access-instance-key': instanceKey,
  'access-instance-regions': instanceRegions,
  'access-snapshot': snapshot,
  'saml-token': workforceToken,
  'saml-application': application,
  'saml-addresses': addresses,
  'saml-sign-in': signIn,
  'saml-metadata': metadata,
  'saml-certificate': signingCertificate,
  'saml-other-certificates': otherCertificates,
  'saml-pulumi-ids': pulumiIds,
  'saml-permissions': samlPermissions,
  'saml-owners': workforceOwners,
  'saml-name-id': nameId,
  'scim-job': job,
  'scim-token': token,
  'scim-tokens': tokens,
  'scim-watch': watch,
  'scim-mapping': mapping,
  'scim-scope': scope,
  'scim-group-settings': groupSettings,
  'scim-people': people,
  'scim-groups': groups,
  'access-nested-groups': nestedGroups,
  'scim-leavers-reader': leaversReader,
  'b2c-token': customersToken,
  'b2c-applications': applications,
  'b2c-redirect-uris': redirectUris,
  'b2c-client-secret': clientSecret,
  'b2c-consent': consent,
  'b2c-permissions': permissions,
  'b2c-owners': customersOwners,
  'b2c-identity-providers': identityProviders,
  'b2c-api-connectors': apiConnectors,
  'b2c-custom-extensions': customExtensions,
  'b2c-user-flows': userFlows,
  'b2c-mfa': multifactor,
  'b2c-steps': steps,
  'b2c-keys': keys,
  'b2c-tokens': b2cTokens,
  'hosting-services': services,
  'hosting-health': health,
  'hosting-secrets': secrets,
  'hosting-alarms': alarms,
  'hosting-tables': tables,
  'console-identity-source': identitySource,
  'console-metadata': metadataUploaded,
  'console-certificates': importedCertificates,
  'console-provisioning': provisioningEnabled,
  'console-mfa': mfa,
  'emergency-application': emergencyApplication,
  'emergency-certificate': emergencyCertificate,
  'emergency-other-certificates': emergencyOtherCertificates,
  'emergency-permissions': emergencyPermissions,
  'emergency-owners': emergencyOwners,
  'emergency-claims': emergencyClaims,
  'emergency-people': emergencyPeople,
  'emergency-mfa': emergencyMfa,
  'emergency-provider': emergencyProvider,
  'emergency-sign-in-role': emergencySignInRole,
  'emergency-roles': emergencyRoles,
  'emergency-alarms': emergencyAlarms,
  'emergency-hearing': emergencySubscriptions,
  'emergency-trail': emergencyTrail,
};

/** Questions before a deployment by their ids, in the order in which it would fail. */
const PREFLIGHT: Readonly<Record<PreflightCheckId, Check>> = {
  'preflight-checkout': newestCheckout,
  'preflight-accounts': activeAccounts,
  'preflight-regions': enabledRegions,
  'preflight-identity-center': identityCenter,
  'preflight-key': usableKey,
  'preflight-delegated-administrator': delegatedAdministrator,
  'preflight-stack-sets': stackSets,
  'preflight-attributes': freeAttributes,
  'preflight-permission-sets': freeNames,
  'preflight-policies': customerPolicies,
  'preflight-managed-policies': managedPolicies,
  'preflight-documents': documents,
  'preflight-quotas': quotas,
};

/** Checks of `entra-aws deploy check`, in the order of the report. */
export const PREFLIGHT_CHECKS: readonly Check[] = Object.values(PREFLIGHT);

/** Checks of the doctor, in the order of the report. */
export const CHECKS: readonly Check[] = Object.values(DOCTOR);
