import { AUTHENTICATION_STRENGTHS } from '../../estate/sections/workforce/conditional-access-schema';
import { compareText } from '../../estate/source/finding';
import { flagIn, isList, numberIn, objectIn, objectsIn, textIn, textsIn } from '../../estate/source/inputs';
import { known } from '../../text/values';
import type { FactInputs, FactValue, ProgramResource } from './facts';
import type { ResourceIndex } from './resource-index';

const ASSIGNMENT = 'azuread:index/appRoleAssignment:AppRoleAssignment';
const PRINCIPAL = 'azuread:index/servicePrincipal:ServicePrincipal';

/** An input that the program always gives. */
export function givenText(inputs: FactInputs, input: string): string {
  return textIn(inputs, input) ?? '';
}

/** A group that a program makes, or only looks up. */
export function describeGroup(group: ProgramResource, index: ResourceIndex) {
  const assignments = index
    .ofType(ASSIGNMENT)
    .filter(({ inputs }) => index.target(inputs['principalObjectId']) === group);
  const applications = assignments.map(({ inputs }) => index.principalName(inputs['resourceObjectId']));
  const members = index.ofType('azuread:index/groupMember:GroupMember');
  return known({
    name: index.labelOf(group),
    description: textIn(group.inputs, 'description'),
    /** `adopted`: it exists already and is only looked up. */
    origin: group.kind === 'lookup' ? 'adopted' : 'created',
    /** Rule that decides who is a member; absent where people are added. */
    membershipRule: textIn(objectIn(group.inputs, 'dynamicMembership'), 'rule'),
    /** User principal names; empty where whoever creates it owns it. */
    owners: ownersOf(group, index),
    /** True if roles of Entra ID may be assigned to it. */
    assignableToRoles: flagIn(group.inputs, 'assignableToRole') ?? false,
    /** Groups that are members of it. */
    nestedGroups: members
      .filter(({ inputs }) => index.target(inputs['groupObjectId']) === group)
      .map(({ inputs }) => index.principalName(inputs['memberObjectId']))
      .toSorted(compareText),
    /** Applications that it is assigned to. */
    assignedTo: [...new Set(applications)].toSorted(compareText),
  });
}

/** The lookup of the people has their names; the group has their ids. */
function ownersOf({ inputs }: ProgramResource, index: ResourceIndex): readonly string[] {
  const lookups = itemsIn(inputs, 'owners').map((owner) => index.target(owner));
  const found = lookups.flatMap((lookup) => (lookup === undefined ? [] : textsIn(lookup.inputs, 'userPrincipalNames')));
  return [...new Set(found)].toSorted(compareText);
}

/** A provisioning job, with what belongs to the same application. */
export function describeProvisioning(job: ProgramResource, index: ResourceIndex) {
  const application = index.applicationOf(job);
  const parts = index.resources.filter((resource) => index.applicationOf(resource) === application);
  const inputsOf = (type: string): readonly FactInputs[] =>
    parts.filter((part) => part.type === type).map(({ inputs }) => inputs);
  const [address] = inputsOf('azuread:index/synchronizationSecret:SynchronizationSecret')
    .flatMap((inputs) => objectsIn(inputs, 'credentials'))
    .filter((credential) => textIn(credential, 'key') === 'BaseAddress');
  const states = inputsOf('entragraph:index:SynchronizationState');
  return known({
    application: application === undefined ? '' : index.labelOf(application),
    endpoint: address && textIn(address, 'value'),
    /** Template of the job. */
    template: givenText(job.inputs, 'templateId'),
    isRunning: states.some((inputs) => flagIn(inputs, 'running') ?? true) || flagIn(job.inputs, 'enabled') === true,
    /** Mappings that differ from the template's. */
    mappings: inputsOf('entragraph:index:SynchronizationSchema')
      .flatMap((inputs) => objectsIn(inputs, 'attributeMappings'))
      .map((mapping) => ({ target: givenText(mapping, 'targetAttribute'), source: mappingSource(mapping) })),
  });
}

function mappingSource(mapping: FactInputs): string {
  const source = textIn(mapping, 'sourceAttribute') ?? textIn(mapping, 'expression');
  const constant = textIn(mapping, 'constant');
  if (source !== undefined) return source;
  if (constant !== undefined) return JSON.stringify(constant);
  return flagIn(mapping, 'remove') === true ? 'nothing' : 'something else';
}

/** A Conditional Access policy, with what it would mean for the groups that may sign in to its application. */
export function describePolicy({ inputs }: ProgramResource, index: ResourceIndex) {
  const conditions = objectIn(inputs, 'conditions');
  const namesIn = (part: string, input: string): readonly string[] =>
    itemsIn(objectIn(conditions, part), input).map((value) => index.principalName(value));
  const [application = ''] = namesIn('applications', 'includedApplications');
  const excluded = namesIn('users', 'excludedGroups').toSorted(compareText);
  const assigned = index
    .ofType(ASSIGNMENT)
    .filter((assignment) => index.principalName(assignment.inputs['resourceObjectId']) === application)
    .map((assignment) => index.principalName(assignment.inputs['principalObjectId']));
  const isRestricted = index
    .ofType(PRINCIPAL)
    .filter((principal) => index.principalName(principal.inputs['clientId']) === application)
    .some((principal) => flagIn(principal.inputs, 'appRoleAssignmentRequired') === true);
  const isOpenToAll = assigned.length === 0 && !isRestricted && excluded.length === 0;
  return known({
    name: givenText(inputs, 'displayName'),
    application,
    /** Otherwise it only reports. */
    isEnforced: textIn(inputs, 'state') === 'enabled',
    /** `mfa`, an authentication strength or a device; what it blocks instead. */
    requires: requirementOf(objectIn(inputs, 'grantControls'), conditions),
    /** `every 8 hours`; absent where the tenant's own holds. */
    signInFrequency: frequencyOf(objectIn(inputs, 'sessionControls')),
    /** Groups that may sign in and are asked; `everybody` where no assignment is needed, as customers. */
    covered: isOpenToAll ? ['everybody'] : assigned.filter((group) => !excluded.includes(group)).toSorted(compareText),
    /** Groups whose members are not asked, also if they are in a group that is. */
    excluded,
  });
}

function itemsIn(inputs: FactInputs, input: string): readonly FactValue[] {
  const value = inputs[input];
  return isList(value) ? value : [];
}

const CONTROLS: Readonly<Record<string, string>> = {
  compliantDevice: 'a compliant device',
  domainJoinedDevice: 'a hybrid joined device',
};

function requirementOf(grant: FactInputs, conditions: FactInputs): string {
  const controls = textsIn(grant, 'builtInControls');
  if (controls.includes('block')) return `blocks ${blockedOf(conditions)}`;
  const strength = textIn(grant, 'authenticationStrengthPolicyId')?.split('/').at(-1);
  const [strengthName = strength] =
    Object.entries(AUTHENTICATION_STRENGTHS).find(([, policyId]) => policyId === strength) ?? [];
  const strengths = strengthName === undefined ? [] : [`authentication strength ${strengthName}`];
  return [...strengths, ...controls.map((control) => CONTROLS[control] ?? control)].join(' and ');
}

/** Sign-ins that meet all conditions of a policy. */
function blockedOf(conditions: FactInputs): string {
  const risk = (whose: string, input: string): string => {
    const levels = textsIn(conditions, input);
    return levels.length === 0 ? '' : `${whose} of ${levels.join(' or ')} risk`;
  };
  const locations = textsIn(objectIn(conditions, 'locations'), 'excludedLocations');
  const named = locations.map((one) => (one === 'AllTrusted' ? 'the trusted locations' : `location ${one}`));
  const parts = [
    risk('sign-ins', 'signInRiskLevels'),
    risk('people', 'userRiskLevels'),
    named.length === 0 ? '' : `sign-ins from outside ${named.join(' and ')}`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'every sign-in' : parts.join(', ');
}

function frequencyOf(session: FactInputs): string | undefined {
  const value = numberIn(session, 'signInFrequency');
  if (value !== undefined) return `every ${value} ${givenText(session, 'signInFrequencyPeriod')}`;
  return textIn(session, 'signInFrequencyInterval') === 'everyTime' ? 'every time' : undefined;
}
