import type { Emergency, EmergencyApplication, EmergencyRole, Placed } from './emergency';
import { EMERGENCY_DEFAULTS } from './emergency';
import type { Path } from '../../source/finding';
import type { EmergencyApplicationEntry, EmergencyEntry, EmergencyRoleEntry } from './schema';
import { readBoundary, readCustomerManagedPolicy } from '../access/parse';
import { readCertificates, readSignIn } from '../workforce/parse';
import { withoutUndefined } from '../shared/without-undefined';

export function readEmergency(entry: EmergencyEntry, at: Path): Emergency {
  const { application, alarms } = entry;
  return {
    at,
    account: { at: [...at, 'account'], text: entry.account },
    signInRegions: placed(entry.signInRegions, [...at, 'signInRegions']),
    sessionDuration: entry.sessionDuration ?? EMERGENCY_DEFAULTS.sessionDuration,
    metadataFile: entry.metadataFile ?? EMERGENCY_DEFAULTS.metadataFile,
    ...(application && { application: readApplication(application, [...at, 'application']) }),
    roles: entry.roles.map((role, index) => readRole(role, [...at, 'roles', index])),
    alarms: {
      at: [...at, 'alarms'],
      emails: alarms.emails,
      regions: placed(alarms.regions ?? [], [...at, 'alarms', 'regions']),
    },
  };
}

function readApplication(entry: EmergencyApplicationEntry, at: Path): EmergencyApplication {
  const { displayName, conditionalAccess } = entry;
  return {
    at,
    displayName,
    group: { at: [...at, 'group'], text: entry.group },
    members: entry.members ?? EMERGENCY_DEFAULTS.members,
    notificationEmails: entry.notificationEmails ?? [],
    signingCertificates: readCertificates(entry.signingCertificates, at),
    ...(conditionalAccess && readSignIn(conditionalAccess, displayName, [...at, 'conditionalAccess'])),
  };
}

function readRole(entry: EmergencyRoleEntry, at: Path): EmergencyRole {
  const { description, permissionsBoundary } = entry;
  return {
    at,
    name: entry.name,
    accounts: placed(entry.accounts, [...at, 'accounts']),
    managedPolicies: entry.managedPolicies ?? [],
    customerManagedPolicies: (entry.customerManagedPolicies ?? []).map(readCustomerManagedPolicy),
    regions: placed(entry.regions ?? [], [...at, 'regions']),
    ...withoutUndefined({
      description,
      permissionsBoundary: permissionsBoundary && readBoundary(permissionsBoundary),
    }),
  };
}

function placed(texts: readonly string[], at: Path): readonly Placed[] {
  return texts.map((text, index) => ({ at: [...at, index], text }));
}
