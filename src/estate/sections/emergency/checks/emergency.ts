import { quotedList, suggestionOrList } from '../../../../text/suggest';
import type { FileText } from '../../../source/estate-folder';
import type { Issue } from '../../../source/finding';
import type { Organization } from '../../../source/organization';
import { parseSamlMetadata } from '../../../source/saml-metadata';
import { knownPolicies } from '../../access/attached-policies';
import { type KnownPolicies, unboundedActions } from '../../access/boundary';
import { checkPolicies } from '../../access/checks/policies';
import { isInside } from '../../access/policy-files';
import { isPowerfulPolicy } from '../../access/policy-power';
import type { Estate } from '../../estate';
import { duplicates, error, warning } from '../../shared/issue';
import { checkConditionalAccess } from '../../workforce/checks/conditional-access';
import { unknownGroups } from '../../workforce/checks/groups';
import { checkSigningCertificates } from '../../workforce/checks/signing-certificates';
import type { Emergency, EmergencyApplication, EmergencyRole, Placed } from '../emergency';
import { accountsNamed } from '../emergency-plan';
import { EMERGENCY_TARGETS, METADATA_CHARACTERS } from '../limits';

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

/** The second enterprise application, and whether somebody may use it. */
function checkEmergencyApplication(
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

interface MetadataContext {
  readonly metadata: FileText;
  readonly tenantId: string | undefined;
}

/** The SAML metadata that IAM trusts: that it is there, and of whom it is. */
function checkEmergencyMetadata(emergency: Emergency, context: MetadataContext): readonly Issue[] {
  const { metadata, tenantId } = context;
  if (!isInside(emergency.metadataFile)) {
    return [wrong(emergency, "leaves the estate's folder", 'a path relative to the folder and inside it')];
  }
  switch (metadata.kind) {
    case 'missing':
      return [pending(emergency)];
    case 'refused':
      return [wrong(emergency, metadata.problem, metadata.allowed)];
    case 'text':
      return checkText(emergency, metadata.text, tenantId);
  }
}

function wrong({ at, metadataFile }: Emergency, problem: string, allowed: string): Issue {
  return error('emergency-metadata', [...at, 'metadataFile'], { value: metadataFile, problem, allowed });
}

function checkText(emergency: Emergency, text: string, tenantId: string | undefined): readonly Issue[] {
  const parsed = parseSamlMetadata(text);
  if (parsed === undefined || parsed.thumbprints.length === 0) {
    const problem = 'is not SAML metadata of an identity provider with a signing certificate';
    return [wrong(emergency, problem, howToMake(emergency))];
  }
  const { min, max } = METADATA_CHARACTERS;
  const { length } = text;
  const expected = `https://sts.windows.net/${tenantId ?? ''}/`;
  const isOfTenant = emergency.application === undefined || tenantId === undefined || parsed.entityId === expected;
  return [
    ...(length < min || length > max ? [wrong(emergency, `has ${length} characters`, `${min} to ${max}`)] : []),
    ...(isOfTenant
      ? []
      : [wrong(emergency, `is the metadata of '${parsed.entityId}'`, `that of this tenant: ${expected}`)]),
  ];
}

function pending(emergency: Emergency): Issue {
  return warning('emergency-pending', [...emergency.at, 'metadataFile'], {
    value: emergency.metadataFile,
    problem: 'is not there yet: nothing of the emergency access is deployed to AWS',
    allowed: howToMake(emergency),
  });
}

function howToMake({ application }: Emergency): string {
  return application === undefined
    ? 'the metadata that your identity provider offers for AWS'
    : 'run the workforce program, then save what its output emergencyMetadataUrl leads to';
}

/** Checks the roles that people can switch to. */
function checkEmergencyRoles(
  emergency: Emergency,
  organization: Organization | undefined,
  known: KnownPolicies,
): readonly Issue[] {
  const { at, roles } = emergency;
  const targets = roles.reduce((count, { accounts }) => count + accounts.length, 0);
  const many = { problem: `${targets} roles in accounts`, allowed: `at most ${EMERGENCY_TARGETS} in all` };
  return [
    ...(targets > EMERGENCY_TARGETS ? [error('too-many-emergency-roles', [...at, 'roles'], many)] : []),
    ...roles.flatMap((role) => [
      ...checkPower(role, organization?.partition ?? 'aws', known),
      ...(organization === undefined ? [] : checkAccounts(role, emergency, organization)),
    ]),
  ];
}

function checkPower(role: EmergencyRole, partition: string, known: KnownPolicies): readonly Issue[] {
  const { at, name, managedPolicies, customerManagedPolicies, permissionsBoundary } = role;
  const powerful = managedPolicies.find(isPowerfulPolicy);
  const idle = { value: name, problem: 'has no policy: it could do nothing', allowed: 'managedPolicies, or others' };
  const boundless = {
    value: powerful,
    problem:
      'has power over IAM and no permissionsBoundary holds it back: such a session could make itself a lasting way in',
    allowed: 'a permissionsBoundary that denies this or ties it to iam:PermissionsBoundary, or a lesser policy',
  };
  return [
    ...checkPolicies(role, partition),
    ...(managedPolicies.length + customerManagedPolicies.length === 0
      ? [error('emergency-role-without-policy', at, idle)]
      : []),
    ...(powerful !== undefined && unboundedActions(permissionsBoundary, known).length > 0
      ? [
          warning(
            'emergency-without-boundary',
            [...at, 'managedPolicies', managedPolicies.indexOf(powerful)],
            boundless,
          ),
        ]
      : []),
  ];
}

function checkAccounts(role: EmergencyRole, { account }: Emergency, organization: Organization): readonly Issue[] {
  const home = accountsNamed(organization, account.text)[0];
  const keyOf = (text: string): string => accountsNamed(organization, text)[0]?.id ?? text;
  return [
    ...role.accounts.flatMap((one) => accountFaults(one, organization)),
    ...role.accounts
      .filter(({ text }) => home !== undefined && keyOf(text) === home.id)
      .map(({ at, text }) =>
        error('emergency-role-at-home', at, {
          value: text,
          problem: 'is the account that people sign in to: its role only switches to other accounts',
          allowed: 'other accounts',
        }),
      ),
    ...duplicates('duplicate-emergency-account', role.accounts, {
      keyOf,
      allowed: 'each account once, by name or by id',
    }),
  ];
}

/** Faults of a text that should name one active account. */
function accountFaults({ at, text }: Placed, organization: Organization): readonly Issue[] {
  const found = accountsNamed(organization, text);
  const [account, ...others] = found;
  if (account === undefined) {
    if (organization.setAside.accounts.has(text)) return [];
    const known = organization.accounts.map(({ name }) => name);
    const what = { value: text, problem: 'is not an account of the organization' };
    return [error('unknown-emergency-account', at, { ...what, allowed: suggestionOrList(text, known, 'accounts') })];
  }
  if (others.length > 0) {
    const what = { value: text, problem: `is the name of ${found.length} accounts` };
    return [
      error('ambiguous-emergency-account', at, { ...what, allowed: `an id: ${quotedList(found.map(({ id }) => id))}` }),
    ];
  }
  if (account.state === 'ACTIVE') return [];
  const what = { value: text, problem: `is an account in the state ${account.state}`, allowed: 'an active account' };
  return [error('inactive-emergency-account', at, what)];
}
