import type { EstatePlan } from '../../estate/plan/estate-plan';
import type { RecordedStep } from '../../estate/sections/customers/step-records';
import type { Estate } from '../../estate/sections/estate';
import { compareText } from '../../estate/source/finding';
import { describeApplications, describeConsents } from './describe-applications';
import {
  describeCustomAttributes,
  describeGroups,
  describeIdentityProviders,
  describeProvisioning,
  describeUserFlows,
} from './describe-directory';
import { describeApiConnectors, describeCustomExtensions } from './describe-calls';
import { describeConditionalAccess } from './describe-policies';
import type { ProgramResource, ProgramRun, ProgramRuns } from './facts';
import type { EntraReport, ReportProgram, ReportResource } from './report-types';
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
  return [`${count} open that only a person can do: ${which}. entra-aws steps says what to set, and where.`];
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
