import { AREAS, type CheckArea } from '../../clouds/facts/facts';
import type { Check, CheckIds } from '../check';
import * as assignments from './access/assignments';
import * as instance from './access/instance';
import * as sets from './access/permission-sets';
import { policies } from './access/policies';
import * as customers from './b2c/applications';
import * as called from './b2c/called';
import * as flows from './b2c/user-flows';
import * as conditionalAccess from './conditional-access';
import * as console from './console';
import * as alarms from './emergency/alarms';
import * as emergency from './emergency/application';
import * as roles from './emergency/roles';
import * as hosting from './hosting';
import * as accounts from './preflight/accounts';
import * as live from './preflight/instance';
import * as wanted from './preflight/policies';
import * as saml from './saml/application';
import * as certificates from './saml/certificates';
import * as groups from './scim/groups';
import { people } from './scim/people';
import * as scim from './scim/provisioning';
import * as trust from './trust/examine-trust';
import * as token from './trust/token';

/** A check and the area by which it is chosen. */
export interface AreaCheck extends Check {
  readonly area: CheckArea;
}

/** Checks by area, in the order of the report. An id without its row does not compile. */
const BY_AREA: { readonly [Area in CheckArea]: Readonly<Record<CheckIds[Area], Check>> } = {
  access: {
    'access-policies': policies,
    'access-permission-sets': sets.permissionSets,
    'access-assignments': assignments.assignments,
    'access-other-sets': assignments.otherSets,
    'access-provisioned': sets.provisionedSets,
    'access-applications': assignments.applications,
    'access-attributes': instance.attributes,
    'access-pending-groups': instance.pendingGroups,
    'access-instance-key': instance.instanceKey,
    'access-instance-regions': instance.instanceRegions,
    'access-snapshot': instance.snapshot,
  },
  saml: {
    'saml-token': token.workforceToken,
    'saml-application': saml.application,
    'saml-addresses': saml.addresses,
    'saml-sign-in': saml.signIn,
    'saml-metadata': saml.metadata,
    'saml-certificate': certificates.signingCertificate,
    'saml-other-certificates': certificates.otherCertificates,
    'saml-pulumi-ids': certificates.pulumiIds,
    'saml-permissions': saml.permissions,
    'saml-owners': trust.workforceOwners,
    'saml-name-id': saml.nameId,
  },
  scim: {
    'scim-job': scim.job,
    'scim-token': scim.token,
    'scim-tokens': scim.tokens,
    'scim-watch': scim.watch,
    'scim-mapping': scim.mapping,
    'scim-scope': groups.scope,
    'scim-group-settings': groups.groupSettings,
    'scim-people': people,
    'scim-groups': groups.groups,
    'access-nested-groups': groups.nestedGroups,
    'scim-leavers-reader': scim.leaversReader,
  },
  b2c: {
    'b2c-token': token.customersToken,
    'b2c-applications': customers.applications,
    'b2c-redirect-uris': customers.redirectUris,
    'b2c-client-secret': customers.clientSecret,
    'b2c-consent': customers.consent,
    'b2c-permissions': customers.permissions,
    'b2c-owners': trust.customersOwners,
    'b2c-identity-providers': called.identityProviders,
    'b2c-api-connectors': called.apiConnectors,
    'b2c-custom-extensions': called.customExtensions,
    'b2c-user-flows': flows.userFlows,
    'b2c-mfa': flows.multifactor,
    'b2c-steps': flows.steps,
    'b2c-keys': flows.keys,
    'b2c-tokens': flows.tokens,
  },
  hosting: {
    'hosting-services': hosting.services,
    'hosting-health': hosting.health,
    'hosting-secrets': hosting.secrets,
    'hosting-alarms': hosting.alarms,
    'hosting-tables': hosting.tables,
  },
  console: {
    'console-identity-source': console.identitySource,
    'console-metadata': console.metadataUploaded,
    'console-certificates': certificates.importedCertificates,
    'console-provisioning': console.provisioningEnabled,
    'console-mfa': conditionalAccess.mfa,
  },
  // In the order of the way that people take.
  emergency: {
    'emergency-application': emergency.emergencyApplication,
    'emergency-certificate': emergency.emergencyCertificate,
    'emergency-other-certificates': emergency.emergencyOtherCertificates,
    'emergency-permissions': emergency.emergencyPermissions,
    'emergency-owners': trust.emergencyOwners,
    'emergency-claims': emergency.emergencyClaims,
    'emergency-people': emergency.emergencyPeople,
    'emergency-mfa': conditionalAccess.emergencyMfa,
    'emergency-provider': roles.emergencyProvider,
    'emergency-sign-in-role': roles.emergencySignInRole,
    'emergency-roles': roles.emergencyRoles,
    'emergency-alarms': alarms.emergencyAlarms,
    'emergency-hearing': alarms.emergencySubscriptions,
    'emergency-trail': alarms.emergencyTrail,
  },
  // In the order in which a deployment would fail.
  preflight: {
    'preflight-checkout': accounts.newestCheckout,
    'preflight-accounts': accounts.activeAccounts,
    'preflight-regions': accounts.enabledRegions,
    'preflight-identity-center': live.identityCenter,
    'preflight-key': live.instanceKey,
    'preflight-delegated-administrator': accounts.delegatedAdministrator,
    'preflight-stack-sets': accounts.stackSets,
    'preflight-attributes': live.attributes,
    'preflight-permission-sets': live.freeNames,
    'preflight-policies': wanted.customerPolicies,
    'preflight-managed-policies': wanted.managedPolicies,
    'preflight-documents': wanted.documents,
    'preflight-quotas': accounts.quotas,
  },
};

const checksOf = (area: CheckArea): readonly AreaCheck[] =>
  Object.values<Check>(BY_AREA[area]).map((one) => ({ ...one, area }));

/** Checks of the doctor, in the order of the report. */
export const CHECKS = AREAS.flatMap(checksOf);

/** Checks of `entra-aws deploy check`, in the order of the report. */
export const PREFLIGHT_CHECKS = checksOf('preflight');
