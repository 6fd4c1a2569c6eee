import { AREAS, type CheckArea } from '../../clouds/facts/facts';
import type { Check } from '../check';
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
import * as steps from './steps';
import * as trust from './trust/examine-trust';
import * as identities from './trust/identities';

/** A check and the area by which it is chosen. */
export interface AreaCheck extends Check {
  readonly area: CheckArea;
}

/** Checks by area, in the order of the report. */
const BY_AREA: Readonly<Record<CheckArea, readonly Check[]>> = {
  access: [
    policies,
    sets.permissionSets,
    assignments.assignments,
    assignments.otherSets,
    sets.provisionedSets,
    assignments.applications,
    instance.attributes,
    instance.pendingGroups,
    instance.instanceKey,
    instance.instanceRegions,
    instance.snapshot,
  ],
  saml: [
    trust.workforceToken,
    saml.application,
    saml.addresses,
    saml.signIn,
    saml.metadata,
    steps.upload,
    certificates.signingCertificate,
    certificates.otherCertificates,
    certificates.pulumiIds,
    saml.permissions,
    trust.workforceOwners,
    identities.workforceIdentities,
    saml.nameId,
  ],
  scim: [
    scim.job,
    scim.token,
    scim.tokens,
    scim.watch,
    scim.mapping,
    groups.scope,
    groups.groupSettings,
    people,
    groups.groups,
    groups.nestedGroups,
    scim.leaversReader,
  ],
  b2c: [
    trust.customersToken,
    customers.applications,
    customers.redirectUris,
    customers.clientSecret,
    customers.consent,
    customers.permissions,
    trust.customersOwners,
    identities.customersIdentities,
    called.identityProviders,
    called.apiConnectors,
    called.customExtensions,
    flows.userFlows,
    flows.multifactor,
    steps.customersSteps,
    flows.keys,
    flows.tokens,
  ],
  hosting: [hosting.services, hosting.health, hosting.secrets, hosting.alarms, hosting.tables],
  console: [
    steps.consoleSteps,
    console.identitySource,
    console.metadataUploaded,
    certificates.importedCertificates,
    console.provisioningEnabled,
    conditionalAccess.mfa,
  ],
  // In the order of the way that people take.
  emergency: [
    emergency.emergencyApplication,
    emergency.emergencyCertificate,
    emergency.emergencyOtherCertificates,
    emergency.emergencyPermissions,
    trust.emergencyOwners,
    emergency.emergencyClaims,
    emergency.emergencyPeople,
    conditionalAccess.emergencyMfa,
    roles.emergencyProvider,
    roles.emergencySignInRole,
    roles.emergencyRoles,
    alarms.emergencyAlarms,
    alarms.emergencySubscriptions,
    alarms.emergencyTrail,
  ],
  // In the order in which a deployment would fail.
  preflight: [
    accounts.newestCheckout,
    accounts.activeAccounts,
    accounts.enabledRegions,
    live.identityCenter,
    live.instanceKey,
    accounts.delegatedAdministrator,
    accounts.stackSets,
    live.attributes,
    live.freeNames,
    wanted.customerPolicies,
    wanted.managedPolicies,
    wanted.documents,
    accounts.quotas,
  ],
};

const checksOf = (area: CheckArea): readonly AreaCheck[] => BY_AREA[area].map((one) => ({ ...one, area }));

/** Checks of the doctor, in the order of the report. */
export const CHECKS = AREAS.flatMap(checksOf);

/** Checks of `entra-aws deploy check`, in the order of the report. */
export const PREFLIGHT_CHECKS = checksOf('preflight');
