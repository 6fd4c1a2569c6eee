import { AUTHENTICATION_STRENGTHS } from '../../estate/sections/workforce/sign-in';
import { compareText } from '../../estate/source/finding';
import type { FactInputs, FactValue } from './facts';
import { flagIn, isList, numberIn, objectIn, textIn, textsIn } from '../../estate/source/inputs';
import type { ReportConditionalAccess } from './report-types';
import type { ResourceIndex } from './resource-index';

const POLICY = 'azuread:index/conditionalAccessPolicy:ConditionalAccessPolicy';
const PRINCIPAL = 'azuread:index/servicePrincipal:ServicePrincipal';
const ASSIGNMENT = 'azuread:index/appRoleAssignment:AppRoleAssignment';

/** Conditional Access policies, with what each would mean for the groups that may sign in to its application. */
export function describeConditionalAccess(index: ResourceIndex): readonly ReportConditionalAccess[] {
  return index
    .ofType(POLICY)
    .map(({ inputs }) => describePolicy(inputs, index))
    .toSorted((a, b) => compareText(a.name, b.name));
}

function describePolicy(inputs: FactInputs, index: ResourceIndex): ReportConditionalAccess {
  const conditions = objectIn(inputs, 'conditions');
  const [application] = itemsIn(objectIn(conditions, 'applications'), 'includedApplications').map((value) =>
    index.principalName(value),
  );
  const excluded = itemsIn(objectIn(conditions, 'users'), 'excludedGroups').map((value) => index.principalName(value));
  const assigned = index
    .ofType(ASSIGNMENT)
    .filter((assignment) => index.principalName(assignment.inputs['resourceObjectId']) === application)
    .map((assignment) => index.principalName(assignment.inputs['principalObjectId']));
  const frequency = frequencyOf(objectIn(inputs, 'sessionControls'));
  return {
    name: textIn(inputs, 'displayName') ?? '',
    application: application ?? '',
    isEnforced: textIn(inputs, 'state') === 'enabled',
    requires: requirementOf(objectIn(inputs, 'grantControls')),
    ...(frequency !== undefined && { signInFrequency: frequency }),
    covered:
      isOpenToAll(application, assigned, index) && excluded.length === 0
        ? ['everybody']
        : assigned.filter((group) => !excluded.includes(group)).toSorted(compareText),
    excluded: excluded.toSorted(compareText),
  };
}

/** Tells whether anybody of the tenant may sign in to an application, as customers may. */
function isOpenToAll(application: string | undefined, assigned: readonly string[], index: ResourceIndex): boolean {
  const isRestricted = index
    .ofType(PRINCIPAL)
    .filter((principal) => index.principalName(principal.inputs['clientId']) === application)
    .some(({ inputs }) => flagIn(inputs, 'appRoleAssignmentRequired') === true);
  return assigned.length === 0 && !isRestricted;
}

function itemsIn(inputs: FactInputs, name: string): readonly FactValue[] {
  const value = inputs[name];
  return isList(value) ? value : [];
}

function requirementOf(grant: FactInputs): string {
  const strength = textIn(grant, 'authenticationStrengthPolicyId')?.split('/').at(-1);
  return strength === undefined
    ? textsIn(grant, 'builtInControls').join(', ')
    : `authentication strength ${STRENGTH_NAMES.get(strength) ?? strength}`;
}

const STRENGTH_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries(AUTHENTICATION_STRENGTHS).map(([name, policyId]) => [policyId, name]),
);

function frequencyOf(session: FactInputs): string | undefined {
  const value = numberIn(session, 'signInFrequency');
  if (value !== undefined) return `every ${value} ${textIn(session, 'signInFrequencyPeriod') ?? ''}`;
  return textIn(session, 'signInFrequencyInterval') === 'everyTime' ? 'every time' : undefined;
}
