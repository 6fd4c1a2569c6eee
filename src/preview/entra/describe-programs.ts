import type { EstatePlan } from '../../estate/plan/planner';
import type { RecordedStep } from '../../estate/sections/customers/step-records';
import type { Estate } from '../../estate/sections/estate';
import { AUTHENTICATION_STRENGTHS } from '../../estate/sections/workforce/conditional-access-schema';
import { compareText } from '../../estate/source/finding';
import { flagIn, isList, numberIn, objectIn, textIn, textsIn } from '../../estate/source/inputs';
import type { ReportApiConnector, ReportCustomExtension } from './call-types';
import { describeApplications, describeConsents } from './describe-applications';
import {
  describeCustomAttributes,
  describeGroups,
  describeIdentityProviders,
  describeProvisioning,
  describeUserFlows,
} from './describe-directory';
import type { FactInputs, FactValue, ProgramResource, ProgramRun, ProgramRuns } from './facts';
import type { EntraReport, ReportConditionalAccess, ReportProgram, ReportResource } from './report-types';
import { ResourceIndex } from './resource-index';
import { resourceType } from './resource-records';

/** Parts of a plan that the description needs. */
type Described = Pick<EstatePlan, 'estate' | 'steps'>;

/** The part of the report that tells what the Pulumi programs register. */
export function describePrograms({ day, programs }: ProgramRuns, plan: Described): EntraReport {
  return { day, programs: programs.map((run) => describeProgram(run, plan)) };
}

function describeProgram(
  { program, stack, failure, resources }: ProgramRun,
  { estate, steps }: Described,
): ReportProgram {
  const index = new ResourceIndex(resources);
  return {
    program,
    stack,
    ...(failure !== undefined && { failure }),
    notes: [...directoryNotes(program, estate), ...(program === 'customers' ? stepNotes(steps) : [])],
    applications: describeApplications(index),
    consents: describeConsents(index),
    identityProviders: describeIdentityProviders(index),
    customAttributes: describeCustomAttributes(index),
    apiConnectors: describeApiConnectors(index),
    customExtensions: describeCustomExtensions(index),
    userFlows: describeUserFlows(index, estate),
    groups: describeGroups(index),
    provisioning: describeProvisioning(index),
    conditionalAccess: describeConditionalAccess(index),
    resources: resources.map((resource) => describeResource(resource, index)),
  };
}

function describeResource(resource: ProgramResource, index: ResourceIndex): ReportResource {
  const { key, kind, type, parent, dependsOn } = resource;
  const inputs = Object.entries(resource.inputs)
    .toSorted(([a], [b]) => compareText(a, b))
    .map(([name, value]) => ({ name, value: index.show(value) }));
  const component = parent === undefined ? undefined : index.get(parent)?.name;
  return {
    key,
    kind,
    type,
    what: resourceType(type).what,
    label: index.labelOf(resource),
    ...(component !== undefined && { component }),
    dependsOn,
    inputs,
  };
}

/** A sentence on what a deployment leaves to a person. */
function stepNotes(steps: readonly RecordedStep[]): readonly string[] {
  const open = steps.filter(({ record }) => record === undefined);
  if (open.length === 0) return [];
  const which = open.map(({ id }) => id).join(', ');
  const count = open.length === 1 ? 'A step is' : `${open.length} steps are`;
  return [`${count} open that only a person can do: ${which}. npx --no entra-aws steps says what to set, and where.`];
}

/**
 * Facts that whoever plans a directory of customers must know of its product.
 *
 * Source: 'Azure Active Directory B2C: Frequently asked questions', Azure AD B2C end of sale; Microsoft Entra External ID,
 * 'Multifactor authentication in external tenants' and 'Set up a Node.js web application for profile editing'.
 */
function directoryNotes(program: ProgramRun['program'], { customers }: Estate): readonly string[] {
  if (program !== 'customers' || customers === undefined) return [];
  return NOTES[customers.directoryType];
}

const NOTES = {
  b2c: [
    'Azure AD B2C is not sold to new customers since 1 May 2025, and supported until at least May 2030 ' +
      "(Azure AD B2C FAQ, 'Azure AD B2C end of sale'). What is sold today is Microsoft Entra External ID: " +
      'customers.directoryType external-id.',
  ],
  'external-id': [
    'Microsoft Entra External ID is what is sold today; it takes the place of Azure AD B2C.',
    'A Conditional Access policy asks for the second factor, at the application that customers.stepUp names; no user flow does.',
    "There is no user flow to edit a profile; 'Forgot password?' is a part of the sign-in.",
  ],
} as const;

/** APIs that the program makes known to the directory. */
function describeApiConnectors(index: ResourceIndex): readonly ReportApiConnector[] {
  return index
    .ofType('entragraph:index:ApiConnector')
    .map(({ inputs }) => {
      const username = textIn(inputs, 'username');
      const secretVersion = textIn(inputs, 'secretVersion');
      return {
        name: textIn(inputs, 'displayName') ?? '',
        url: textIn(inputs, 'targetUrl') ?? '',
        authentication: username === undefined ? 'client certificate' : `${username}, by a password`,
        ...(secretVersion !== undefined && { secretVersion }),
      };
    })
    .toSorted((a, b) => compareText(a.name, b.name));
}

/** APIs that are called while people sign up or sign in. */
function describeCustomExtensions(index: ResourceIndex): readonly ReportCustomExtension[] {
  return index
    .ofType('entragraph:index:CustomAuthenticationExtension')
    .map(({ inputs }) => {
      const behaviorOnError = textIn(inputs, 'behaviorOnError');
      return {
        name: textIn(inputs, 'displayName') ?? '',
        event: textIn(inputs, 'event') ?? '',
        url: textIn(inputs, 'targetUrl') ?? '',
        resourceId: textIn(inputs, 'resourceId') ?? '',
        claims: textsIn(inputs, 'claims'),
        ...(behaviorOnError !== undefined && { behaviorOnError }),
      };
    })
    .toSorted((a, b) => compareText(a.name, b.name));
}

const POLICY = 'azuread:index/conditionalAccessPolicy:ConditionalAccessPolicy';
const PRINCIPAL = 'azuread:index/servicePrincipal:ServicePrincipal';
const ASSIGNMENT = 'azuread:index/appRoleAssignment:AppRoleAssignment';

/** Conditional Access policies, with what each would mean for the groups that may sign in to its application. */
function describeConditionalAccess(index: ResourceIndex): readonly ReportConditionalAccess[] {
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
