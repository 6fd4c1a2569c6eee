import type { Check } from '../check';
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

const ACCESS = [
  policies,
  permissionSets,
  assignments,
  otherSets,
  provisionedSets,
  assignedApplications,
  attributes,
  pendingGroups,
  instanceKey,
  instanceRegions,
  snapshot,
];
const SAML = [
  workforceToken,
  application,
  addresses,
  signIn,
  metadata,
  signingCertificate,
  otherCertificates,
  pulumiIds,
  samlPermissions,
  workforceOwners,
  nameId,
];
const SCIM = [job, token, tokens, watch, mapping, scope, groupSettings, people, groups, nestedGroups, leaversReader];
const B2C = [
  customersToken,
  applications,
  redirectUris,
  clientSecret,
  consent,
  permissions,
  customersOwners,
  identityProviders,
  apiConnectors,
  customExtensions,
  userFlows,
  multifactor,
  steps,
  keys,
  b2cTokens,
];
const HOSTING = [services, health, secrets, alarms, tables];
const CONSOLE = [identitySource, metadataUploaded, importedCertificates, provisioningEnabled, mfa];

/** In the order of the way that people take. */
const EMERGENCY = [
  emergencyApplication,
  emergencyCertificate,
  emergencyOtherCertificates,
  emergencyPermissions,
  emergencyOwners,
  emergencyClaims,
  emergencyPeople,
  emergencyMfa,
  emergencyProvider,
  emergencySignInRole,
  emergencyRoles,
  emergencyAlarms,
  emergencySubscriptions,
  emergencyTrail,
];

/** Questions before a deployment, in the order in which it would fail. */
const PREFLIGHT = [
  activeAccounts,
  enabledRegions,
  identityCenter,
  usableKey,
  delegatedAdministrator,
  stackSets,
  freeAttributes,
  freeNames,
  customerPolicies,
  managedPolicies,
  documents,
  quotas,
];

/** Checks of `entra-aws deploy check`, in the order of the report. */
export const PREFLIGHT_CHECKS: readonly Check[] = PREFLIGHT;

/** Checks of the doctor, in the order of the report. */
export const CHECKS: readonly Check[] = [...ACCESS, ...SAML, ...SCIM, ...B2C, ...HOSTING, ...CONSOLE, ...EMERGENCY];
