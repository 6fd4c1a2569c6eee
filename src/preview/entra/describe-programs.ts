import { reportedValues } from '../../estate/records/application-values';
import type { EstatePlan } from '../../estate/plan/planner';
import type { RecordedStep } from '../../estate/sections/shared/step-records';
import type { Estate } from '../../estate/sections/estate';
import { compareText } from '../../estate/source/finding';
import { flagIn, textIn, textsIn } from '../../estate/source/inputs';
import { known } from '../../text/values';
import { givenText } from './describe-resources';
import type { FactInputs, ProgramResource, ProgramRun, ProgramRuns } from './facts';
import { describeRegistrations } from './registrations';
import { ResourceIndex } from './resource-index';
import { resourceType } from './resource-records';

/** Resources that the Pulumi programs of an estate would register, on one day. */
export type EntraReport = ReturnType<typeof describePrograms>;
export type ReportProgram = ReturnType<typeof describeProgram>;
export type ReportApplication = ReturnType<typeof describeApplication>;
export type ReportResource = ReturnType<typeof describeResource>;

/** Parts of a plan that the description needs. */
type Described = Pick<EstatePlan, 'estate' | 'steps'>;

/**
 * The part of the report that tells what the Pulumi programs register, in the order of deployment. `day` is in UTC: which secret
 * and which certificate is the current one goes by it.
 */
export function describePrograms({ day, programs }: ProgramRuns, plan: Described) {
  return { day, programs: programs.map((run) => describeProgram(run, plan)) };
}

function describeProgram({ program, stack, failure, resources }: ProgramRun, { estate, steps }: Described) {
  const index = new ResourceIndex(resources);
  const listed: readonly ReportResource[] = resources.map((resource) => describeResource(resource, index));
  return {
    ...known({
      program,
      /** Name of its Pulumi stack. */
      stack,
      /** Reason why it can't be deployed; then the lists are what it registered until then. */
      failure,
      /** Facts to know of the product behind the directory, in sentences. */
      notes: [
        ...(program === 'customers' ? directoryNotes(estate) : []),
        ...stepNotes(steps.filter((step) => step.program === program)),
      ],
      applications: describeApplications(index),
    }),
    ...describeRegistrations(index, estate),
    /** Everything, sorted by key; components and lookups too. */
    resources: listed,
  };
}

function describeResource(resource: ProgramResource, index: ResourceIndex) {
  const { key, kind, type, parent, dependsOn } = resource;
  return known({
    /** URN; unique in its program. */
    key,
    kind,
    /** Type token: `azuread:index/group:Group`. */
    type,
    /** Type in words: `group`. */
    what: resourceType(type).what,
    /** Name for people: the display name, where it has one. */
    label: index.labelOf(resource),
    component: parent === undefined ? undefined : index.get(parent)?.name,
    /** Keys of what it needs. */
    dependsOn,
    /** Inputs as text, sorted by name; secrets are `[secret]`. */
    inputs: Object.entries(resource.inputs)
      .toSorted(([a], [b]) => compareText(a, b))
      .map(([name, value]) => ({ name, value: index.show(value) })),
  });
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
function directoryNotes({ customers }: Estate): readonly string[] {
  return customers === undefined ? [] : NOTES[customers.directoryType];
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

/** The applications of a program, each with what the program gives it in resources of its own. */
function describeApplications(index: ResourceIndex) {
  return index
    .applications()
    .map((application) => describeApplication(application, index))
    .toSorted((a, b) => compareText(a.name, b.name));
}

function describeApplication(application: ProgramResource, index: ResourceIndex) {
  const parts = index.resources.filter(
    (resource) => resource.kind === 'resource' && index.applicationOf(resource) === application,
  );
  const inputsOf = (type: string): readonly FactInputs[] =>
    parts.filter((part) => part.type === type).map(({ inputs }) => inputs);
  const [servicePrincipal] = inputsOf('azuread:index/servicePrincipal:ServicePrincipal');
  const { scopes = [], ...values } = reportedValues({ application: application.inputs, servicePrincipal });
  const uris = inputsOf('azuread:index/applicationIdentifierUri:ApplicationIdentifierUri');
  const redirects = inputsOf('azuread:index/applicationRedirectUris:ApplicationRedirectUris');
  return {
    name: index.labelOf(application),
    /** `api`: defines scopes. `enterprise`: made from a template of the gallery, or of a non-gallery application. */
    kind: kindOf(application, scopes),
    notificationEmails: [],
    ...values,
    identifierUris: [...(values.identifierUris ?? []), ...uris.flatMap((uri) => textIn(uri, 'identifierUri') ?? [])],
    redirectUris: [...(values.redirectUris ?? []), ...redirects.flatMap((inputs) => textsIn(inputs, 'redirectUris'))],
    scopes: scopes.map(({ value, displayName, description }) => ({ value, displayName, description })),
    /** Client secrets. Their values are known to the deployment alone. */
    secrets: inputsOf('azuread:index/applicationPassword:ApplicationPassword').map((inputs) =>
      known({ name: givenText(inputs, 'displayName'), expires: dayOf(textIn(inputs, 'endDate')) }),
    ),
    /** Certificates that sign SAML answers, by their subjects; one of them is the active one. */
    certificates: inputsOf('entragraph:index:SamlSigningCertificate').map((inputs) =>
      known({
        name: givenText(inputs, 'displayName').replace(/^CN=/, ''),
        expires: dayOf(textIn(inputs, 'endDateTime')),
        isActive: flagIn(inputs, 'active') ?? true,
      }),
    ),
    assignedGroups: inputsOf('azuread:index/appRoleAssignment:AppRoleAssignment')
      .filter((inputs) => index.roleOf(inputs) === undefined)
      .map((inputs) => index.principalName(inputs['principalObjectId']))
      .toSorted(compareText),
  };
}

function kindOf({ type }: ProgramResource, scopes: readonly unknown[]): 'api' | 'client' | 'enterprise' {
  if (type.endsWith(':ApplicationFromTemplate')) return 'enterprise';
  return scopes.length > 0 ? 'api' : 'client';
}

/** The day of a moment in UTC: `2026-06-30T00:00:00Z`; undefined where only the deployment knows it. */
function dayOf(moment: string | undefined): string | undefined {
  return moment?.slice(0, 10);
}
