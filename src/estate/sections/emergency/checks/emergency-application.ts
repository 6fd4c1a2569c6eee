import type { EmergencyApplication } from '../emergency';
import type { Estate } from '../../estate';
import type { Issue } from '../../../source/finding';
import { checkConditionalAccess } from '../../workforce/checks/conditional-access';
import { error } from '../../shared/issue';
import { unknownGroups } from '../../workforce/checks/groups';
import { checkSigningCertificates } from '../../workforce/checks/signing-certificates';

/** The second enterprise application, and whether somebody may use it. */
export function checkEmergencyApplication(
  application: EmergencyApplication,
  { workforce, setAside }: Estate,
): readonly Issue[] {
  const { displayName, group } = application;
  const groups = { names: (workforce?.groups ?? []).map(({ name }) => name), setAside: setAside.groups };
  return [
    ...(workforce?.tenantId === undefined ? [noTenant(application)] : []),
    ...(displayName === workforce?.awsApplication?.displayName ? [sameName(application)] : []),
    ...unknownGroups('unknown-emergency-group', [group], groups),
    ...checkSigningCertificates(application),
    ...checkConditionalAccess({ ...application, assignedGroups: [{ at: group.at, name: group.text }] }, groups),
  ];
}

function noTenant({ at }: EmergencyApplication): Issue {
  const what = { problem: 'needs workforce.tenantId, the tenant of the application', allowed: 'the key in workforce' };
  return error('emergency-tenant', at, what);
}

function sameName({ at, displayName }: EmergencyApplication): Issue {
  return error('emergency-application-name', [...at, 'displayName'], {
    value: displayName,
    problem: 'is also the name of the application for IAM Identity Center',
    allowed: 'a different name: people must not confuse the two',
    related: [['workforce', 'awsApplication', 'displayName']],
  });
}
