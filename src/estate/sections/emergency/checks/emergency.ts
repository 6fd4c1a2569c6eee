import type { Emergency, Placed } from '../emergency';
import { accountsNamed } from '../emergency-plan';
import type { Estate } from '../../estate';
import type { FileText } from '../../../source/estate-folder';
import type { Issue } from '../../../source/finding';
import type { Organization } from '../../../source/organization';
import { knownPolicies } from '../../access/attached-policies';
import { checkEmergencyApplication } from './emergency-application';
import { checkEmergencyMetadata } from './emergency-metadata';
import { accountFaults } from './emergency-places';
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
  const { emergency } = estate;
  if (emergency === undefined) return [];
  const { application, signInRegions } = emergency;
  return [
    ...(organization === undefined ? [] : checkAccount(emergency, organization)),
    ...checkSignIn(signInRegions, organization),
    ...checkHeardTwice(emergency),
    ...(application === undefined ? [] : checkEmergencyApplication(application, estate)),
    ...checkEmergencyRoles(emergency, organization, knownPolicies(estate.access?.policies)),
    ...checkEmergencyMetadata(emergency, { metadata, tenantId: estate.workforce?.tenantId }),
  ];
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

/** Uses are listened for in the Regions of the sign-in anyway. */
function checkHeardTwice({ signInRegions, alarms }: Emergency): readonly Issue[] {
  return alarms.regions.flatMap(({ at, text: value }) => {
    const first = signInRegions.find(({ text }) => text === value);
    if (first === undefined) return [];
    const words = { problem: 'is listed twice', allowed: 'each Region once', related: [first.at] };
    return [warning('duplicate-emergency-region', at, { value, ...words })];
  });
}
