import type { Emergency, EmergencyAlarms, Placed } from '../emergency';
import { emergencyName } from '../emergency';
import { EMERGENCY_SESSION_FAULT, EMERGENCY_SESSION_SECONDS } from '../limits';
import { accountsNamed } from '../emergency-plan';
import type { Estate } from '../../estate';
import type { FileText } from '../../../source/estate-folder';
import type { Issue } from '../../../source/finding';
import { ROLE_NAME_LENGTH } from '../../limits';
import type { Organization } from '../../../source/organization';
import { knownPolicies } from '../../access/attached-policies';
import { checkAlarmEmails } from '../../shared/alarm-emails';
import { checkEmergencyApplication } from './emergency-application';
import { checkEmergencyMetadata } from './emergency-metadata';
import { accountFaults, checkRegions } from './emergency-places';
import { checkEmergencyRoles } from './emergency-roles';
import { error, warning } from '../../shared/issue';

export interface EmergencyContext {
  /** Undefined where it is not known. */
  readonly organization: Organization | undefined;
  /** Content of the SAML metadata file. */
  readonly metadata: FileText;
}

/** The way to AWS besides IAM Identity Center. */
export function checkEmergency(estate: Estate, { organization, metadata }: EmergencyContext): readonly Issue[] {
  const { emergency, name } = estate;
  if (emergency === undefined) return [];
  const { application, alarms, signInRegions } = emergency;
  return [
    ...checkEstateName(name),
    ...(organization === undefined ? [] : checkAccount(emergency, organization)),
    ...checkRegions([...signInRegions, ...alarms.regions]),
    ...checkSignIn(signInRegions, organization),
    ...checkSession(emergency),
    ...checkAlarms(alarms),
    ...(application === undefined ? [] : checkEmergencyApplication(application, estate)),
    ...checkEmergencyRoles(emergency, organization, knownPolicies(estate.access?.policies)),
    ...checkEmergencyMetadata(emergency, { metadata, tenantId: estate.workforce?.tenantId }),
  ];
}

/** The role that people sign in to is named after the estate. */
function checkEstateName(name: string): readonly Issue[] {
  if (emergencyName(name).length <= ROLE_NAME_LENGTH) return [];
  const problem = "is the folder's name, and the name of the role for emergencies would be too long";
  const allowed = `at most ${ROLE_NAME_LENGTH - emergencyName('').length} characters`;
  return [error('emergency-estate-name', [], { value: name, problem, allowed })];
}

function checkAccount({ account }: Emergency, organization: Organization): readonly Issue[] {
  const faults = accountFaults(account, organization);
  if (faults.length > 0) return faults;
  const { managementAccountId, partition } = organization;
  const [found] = accountsNamed(organization, account.text);
  return [
    ...(partition === 'aws'
      ? []
      : [
          error('emergency-partition', account.at, {
            problem: `is in the partition ${partition}, whose sign-in has other addresses`,
            allowed: 'emergency access in the partition aws alone',
          }),
        ]),
    ...(found?.id === managementAccountId
      ? [
          warning('emergency-in-management', account.at, {
            value: account.text,
            problem: 'is the management account, which no service control policy limits',
            allowed: 'an account of its own, with nothing else in it',
          }),
        ]
      : []),
  ];
}

/** AWS Security Blog, 'How to use regional SAML endpoints for failover'. */
function checkSignIn(regions: readonly Placed[], organization: Organization | undefined): readonly Issue[] {
  const [first] = regions;
  if (first === undefined) return [];
  const alone = {
    value: first.text,
    problem: 'is the only sign-in Region: no one can sign in while it fails',
    allowed: 'at least two Regions',
  };
  const same = {
    value: first.text,
    problem: 'is the Region of IAM Identity Center, which may be what fails',
    allowed: 'another Region first',
  };
  return [
    ...(new Set(regions.map(({ text }) => text)).size < 2 ? [warning('one-sign-in-region', first.at, alone)] : []),
    ...(first.text === organization?.region ? [warning('sign-in-region', first.at, same)] : []),
  ];
}

function checkSession({ at, sessionDuration }: Emergency): readonly Issue[] {
  const { text: value, seconds } = sessionDuration;
  const { min, max } = EMERGENCY_SESSION_SECONDS;
  if (seconds >= min && seconds <= max) return [];
  const { code, ...words } = EMERGENCY_SESSION_FAULT;
  return [error(code, [...at, 'sessionDuration'], { value, ...words })];
}

function checkAlarms({ at, emails }: EmergencyAlarms): readonly Issue[] {
  const place = [...at, 'emails'];
  const silent = { problem: 'lists no one, so no one would hear of a use', allowed: 'at least one address' };
  return [
    ...(emails.length > 0 ? [] : [error('no-emergency-alarm', place, silent)]),
    ...checkAlarmEmails(place, emails),
  ];
}
