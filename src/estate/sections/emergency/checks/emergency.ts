import { quotedList, suggestionOrList } from '../../../../text/suggest';
import type { FileText } from '../../../source/estate-folder';
import type { Path } from '../../../source/finding';
import type { Organization } from '../../../source/organization';
import { parseSamlMetadata } from '../../../source/saml-metadata';
import { knownPolicies } from '../../access/policy-document';
import { isAdministrator, isPowerfulPolicy, type KnownPolicies, unboundedActions } from '../../access/policy-power';
import { checkPolicies } from '../../access/checks/policies';
import type { Expansion } from '../../access/plan/expand';
import { isBroad } from '../../access/plan/select';
import { isInside } from '../../access/policy-files';
import type { Access, Estate } from '../../estate';
import { duplicates, error, type Issues, unknownNames, warning } from '../../shared/issue';
import type { Words } from '../../shared/rules';
import { namesOfGroups } from '../../workforce/checks/groups';
import { checkConditionalAccess, checkSigningCertificates } from '../../workforce/checks/sign-in';
import type { Emergency, EmergencyApplication, EmergencyRole, Placed } from '../emergency';
import { accountsNamed, type EmergencyPlan } from '../emergency-plan';
import { EMERGENCY_TARGETS, METADATA_CHARACTERS } from '../schema';

interface EmergencyContext {
  /** Undefined where it is not known. */
  readonly organization: Organization | undefined;
  /** Content of the SAML metadata file. */
  readonly metadata: FileText;
}

/** The way to AWS besides IAM Identity Center. */
export function* checkEmergency(estate: Estate, { organization, metadata }: EmergencyContext): Issues {
  const { emergency, access, workforce } = estate;
  if (emergency === undefined) return;
  const { account, application } = emergency;
  if (organization !== undefined) yield* checkAccount(account, organization);
  yield* checkRegions(emergency, organization);
  if (application !== undefined) yield* checkEmergencyApplication(application, estate);
  yield* checkRoles(emergency, organization, knownPolicies(access?.policies));
  yield* checkMetadata(emergency, metadata, workforce?.tenantId);
}

function* checkAccount(account: Placed, organization: Organization): Issues {
  const faults = accountFaults(account, organization);
  yield* faults;
  if (faults.length > 0) return;
  if (organization.partition !== 'aws')
    yield error('emergency-partition', account.at, {
      problem: `is in the partition ${organization.partition}, whose sign-in has other addresses`,
      allowed: 'emergency access in the partition aws alone',
    });
  if (accountsNamed(organization, account.text)[0]?.id === organization.managementAccountId)
    yield warning('emergency-in-management', account.at, {
      value: account.text,
      problem: 'is the management account, which no service control policy limits',
      allowed: 'an account of its own, with nothing else in it',
    });
}

/** AWS Security Blog, 'How to use regional SAML endpoints for failover'. Uses are listened for in the Regions of the sign-in anyway. */
function* checkRegions({ signInRegions, alarms }: Emergency, organization: Organization | undefined): Issues {
  const [first] = signInRegions;
  if (first === undefined) return;
  if (signInRegions.every(({ text }) => text === first.text))
    yield warning('one-sign-in-region', first.at, {
      value: first.text,
      problem: 'is the only sign-in Region: no one can sign in while it fails',
      allowed: 'at least two Regions',
    });
  if (first.text === organization?.region)
    yield warning('sign-in-region', first.at, {
      value: first.text,
      problem: 'is the Region of IAM Identity Center, which may be what fails',
      allowed: 'another Region first',
    });
  for (const { at, text: value } of alarms.regions) {
    const same = signInRegions.find(({ text }) => text === value);
    const words = { problem: 'is listed twice', allowed: 'each Region once' };
    if (same !== undefined) yield warning('duplicate-emergency-region', at, { value, ...words, related: [same.at] });
  }
}

/** The second enterprise application, and whether somebody may use it. */
function* checkEmergencyApplication(application: EmergencyApplication, { workforce, setAside }: Estate): Issues {
  const { at, displayName, group } = application;
  const groups = namesOfGroups(workforce?.groups ?? [], setAside.groups);
  if (workforce?.tenantId === undefined)
    yield error('emergency-tenant', at, {
      problem: 'needs workforce.tenantId, the tenant of the application',
      allowed: 'the key in workforce',
    });
  if (displayName === workforce?.awsApplication?.displayName)
    yield error('emergency-application-name', [...at, 'displayName'], {
      value: displayName,
      problem: 'is also the name of the application for IAM Identity Center',
      allowed: 'a different name: people must not confuse the two',
      related: [['workforce', 'awsApplication', 'displayName']],
    });
  yield* unknownNames('unknown-emergency-group', [group], groups);
  yield* checkSigningCertificates(application);
  yield* checkConditionalAccess({ ...application, assignedGroups: [{ at: group.at, name: group.text }] }, groups);
  yield* checkConditions(application);
}

/** What a bad day may not meet. */
function* checkConditions({ conditionalAccess: access }: EmergencyApplication): Issues {
  for (const key of ['device', 'block'] as const)
    if (access?.[key] !== undefined)
      yield error('emergency-condition', [...access.at, key], {
        problem: 'may keep everybody out in an emergency, when devices, risks and networks are not what they are today',
        allowed: 'require alone',
      });
}

/** The SAML metadata that IAM trusts: whether it is some, and of whom it is. */
function* checkMetadata(emergency: Emergency, metadata: FileText, tenantId: string | undefined): Issues {
  const { at, metadataFile: value } = emergency;
  if (!isInside(value) || metadata.kind !== 'missing') {
    for (const fault of metadataFaults(emergency, metadata, tenantId))
      yield error('emergency-metadata', [...at, 'metadataFile'], { value, ...fault });
    return;
  }
  const problem = 'is not there yet: nothing of the emergency access is deployed to AWS';
  yield warning('emergency-pending', [...at, 'metadataFile'], { value, problem, allowed: howToMake(emergency) });
}

function* metadataFaults(emergency: Emergency, metadata: FileText, tenantId: string | undefined): Iterable<Words> {
  if (!isInside(emergency.metadataFile))
    yield { problem: "leaves the estate's folder", allowed: 'a path relative to the folder and inside it' };
  else if (metadata.kind === 'refused') yield { problem: metadata.problem, allowed: metadata.allowed };
  else if (metadata.kind === 'text') yield* textFaults(emergency, metadata.text, tenantId);
}

function* textFaults(emergency: Emergency, text: string, tenantId: string | undefined): Iterable<Words> {
  const { thumbprints = [], entityId } = parseSamlMetadata(text) ?? {};
  if (thumbprints.length === 0) {
    const problem = 'is not SAML metadata of an identity provider with a signing certificate';
    yield { problem, allowed: howToMake(emergency) };
    return;
  }
  const { min, max } = METADATA_CHARACTERS;
  const { length } = text;
  if (length < min || length > max) yield { problem: `has ${length} characters`, allowed: `${min} to ${max}` };
  const expected = `https://sts.windows.net/${tenantId ?? ''}/`;
  if (emergency.application !== undefined && tenantId !== undefined && entityId !== expected)
    yield { problem: `is the metadata of '${entityId}'`, allowed: `that of this tenant: ${expected}` };
}

function howToMake({ application }: Emergency): string {
  return application === undefined
    ? 'the metadata that your identity provider offers for AWS'
    : 'run the workforce program, then save what its output emergencyMetadataUrl leads to';
}

/** The roles that people can switch to. */
function* checkRoles(
  { at, account, roles }: Emergency,
  organization: Organization | undefined,
  known: KnownPolicies,
): Issues {
  const targets = roles.reduce((count, { accounts }) => count + accounts.length, 0);
  const many = { problem: `${targets} roles in accounts`, allowed: `at most ${EMERGENCY_TARGETS} in all` };
  if (targets > EMERGENCY_TARGETS) yield error('too-many-emergency-roles', [...at, 'roles'], many);
  for (const role of roles) {
    yield* checkPolicies(role, organization?.partition ?? 'aws');
    yield* checkPower(role, known);
    if (organization !== undefined) yield* checkAccounts(role, account, organization);
  }
}

function* checkPower({ at, name, ...role }: EmergencyRole, known: KnownPolicies): Issues {
  const { managedPolicies, customerManagedPolicies, permissionsBoundary } = role;
  if (managedPolicies.length + customerManagedPolicies.length === 0)
    yield error('emergency-role-without-policy', at, {
      value: name,
      problem: 'has no policy: it could do nothing',
      allowed: 'managedPolicies, or others',
    });
  const index = managedPolicies.findIndex(isPowerfulPolicy);
  if (index >= 0 && unboundedActions(permissionsBoundary, known).length > 0)
    yield warning('emergency-without-boundary', [...at, 'managedPolicies', index], {
      value: managedPolicies[index],
      problem:
        'has power over IAM and no permissionsBoundary holds it back: such a session could make itself a lasting way in',
      allowed: 'a permissionsBoundary that denies this or ties it to iam:PermissionsBoundary, or a lesser policy',
    });
}

/** The accounts in which people can switch to a role. */
function* checkAccounts({ accounts }: EmergencyRole, account: Placed, organization: Organization): Issues {
  const home = accountsNamed(organization, account.text)[0];
  const keyOf = (text: string): string => accountsNamed(organization, text)[0]?.id ?? text;
  for (const one of accounts) {
    yield* accountFaults(one, organization);
    if (home !== undefined && keyOf(one.text) === home.id)
      yield error('emergency-role-at-home', one.at, {
        value: one.text,
        problem: 'is the account that people sign in to: its role only switches to other accounts',
        allowed: 'other accounts',
      });
  }
  const allowed = 'each account once, by name or by id';
  yield* duplicates('duplicate-emergency-account', accounts, { keyOf, allowed });
}

/** Faults of a text that should name one active account. */
function accountFaults({ at, text: value }: Placed, { accounts, setAside, ...organization }: Organization) {
  const found = accountsNamed({ accounts, ...organization }, value);
  const [account, ...others] = found;
  if (account === undefined) {
    if (setAside.accounts.has(value)) return [];
    const names = accounts.map(({ name }) => name);
    const allowed = suggestionOrList(value, names, 'accounts');
    const problem = 'is not an account of the organization';
    return [error('unknown-emergency-account', at, { value, problem, allowed })];
  }
  if (others.length > 0) {
    const allowed = `an id: ${quotedList(found.map(({ id }) => id))}`;
    const problem = `is the name of ${found.length} accounts`;
    return [error('ambiguous-emergency-account', at, { value, problem, allowed })];
  }
  if (account.state === 'ACTIVE') return [];
  const problem = `is an account in the state ${account.state}`;
  return [error('inactive-emergency-account', at, { value, problem, allowed: 'an active account' })];
}

/** Power over the account that people sign in to in an emergency, which a grant gives without naming the account. */
export function* checkEmergencyGrants(
  { account }: EmergencyPlan,
  { permissionSets, policies }: Pick<Access, 'permissionSets' | 'policies'>,
  { assignments }: Expansion,
): Issues {
  const powerful = new Set(permissionSets.filter((set) => isAdministrator(set, policies)).map(({ name }) => name));
  const reaching = assignments
    .filter((assignment) => assignment.account.id === account.id && powerful.has(assignment.permissionSet))
    .flatMap(({ permissionSet, causes }) =>
      causes.flatMap(({ selectors }) => selectors.filter(isBroad).map(({ at }) => ({ at, permissionSet }))),
    );
  for (const [place, some] of Map.groupBy(reaching, ({ at }) => JSON.stringify(at)))
    yield warning('emergency-account-reached', JSON.parse(place) as Path, {
      problem:
        `reaches the account for emergencies, ${account.name}, with ${quotedList(some.map((one) => one.permissionSet))}: ` +
        'whoever gets this can open the way out for others',
      allowed: `exclude ${account.name}, or name it where that is meant`,
    });
}
