import type { EmergencyApplication } from '../emergency';
import type { Estate } from '../../estate';
import type { Issue } from '../../../source/finding';
import { APPLICATION_NAME_LENGTH } from '../../limits';
import { suggestionOrList } from '../../../source/suggest';
import { checkConditionalAccess } from '../../workforce/checks/conditional-access';
import { checkDisplayName, error } from '../../shared/issue';
import { checkNotificationEmails } from '../../workforce/checks/saml';
import { checkSigningCertificates } from '../../workforce/checks/signing-certificates';

/** The second enterprise application, and whether somebody may use it. */
export function checkEmergencyApplication(
  application: EmergencyApplication,
  { workforce, setAside }: Estate,
): readonly Issue[] {
  const { at, displayName, group } = application;
  const names = new Set((workforce?.groups ?? []).map(({ name }) => name));
  const isKnown = (name: string): boolean => names.has(name) || setAside.groups.has(name);
  return [
    ...(workforce?.tenantId === undefined ? [noTenant(application)] : []),
    ...checkDisplayName([...at, 'displayName'], displayName, APPLICATION_NAME_LENGTH),
    ...(displayName === workforce?.awsApplication?.displayName ? [sameName(application)] : []),
    ...(isKnown(group.text) ? [] : [unknownGroup(application, names)]),
    ...checkSigningCertificates(application),
    ...checkNotificationEmails(application),
    ...checkConditionalAccess({ ...application, assignedGroups: [{ at: group.at, name: group.text }] }, isKnown, names),
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

function unknownGroup({ group: { at, text } }: EmergencyApplication, known: ReadonlySet<string>): Issue {
  return error('unknown-emergency-group', at, {
    value: text,
    problem: 'is not a group in workforce.groups',
    allowed: suggestionOrList(text, known, 'known groups'),
  });
}
