import { reportedValues } from '../../estate/records/application-values';
import { compareText } from '../../estate/source/finding';
import type { FactInputs, ProgramResource } from './facts';
import { flagIn, textIn, textsIn } from '../../estate/source/inputs';
import type { ReportApplication, ReportCertificate, ReportConsent, ReportScope, ReportSecret } from './report-types';
import type { ResourceIndex } from './resource-index';

/** The applications of a program, each with what the program gives it in resources of its own. */
export function describeApplications(index: ResourceIndex): readonly ReportApplication[] {
  return index
    .applications()
    .map((application) => describeApplication(application, partsOf(application, index), index))
    .toSorted((a, b) => compareText(a.name, b.name));
}

/** Resources that belong to an application, by type. */
type Parts = (type: string) => readonly ProgramResource[];

function partsOf(application: ProgramResource, index: ResourceIndex): Parts {
  const parts = index.resources.filter(
    (resource) => resource.kind === 'resource' && index.applicationOf(resource) === application,
  );
  return (type) => parts.filter((resource) => resource.type === type);
}

function describeApplication(application: ProgramResource, parts: Parts, index: ResourceIndex): ReportApplication {
  const [principal] = parts('azuread:index/servicePrincipal:ServicePrincipal');
  const { scopes = [], ...values } = reportedValues({
    application: application.inputs,
    servicePrincipal: principal?.inputs,
  });
  return {
    name: index.labelOf(application),
    kind: kindOf(application, scopes),
    notificationEmails: [],
    ...values,
    identifierUris: [
      ...(values.identifierUris ?? []),
      ...parts('azuread:index/applicationIdentifierUri:ApplicationIdentifierUri').flatMap(
        (part) => textIn(part.inputs, 'identifierUri') ?? [],
      ),
    ],
    redirectUris: [
      ...(values.redirectUris ?? []),
      ...parts('azuread:index/applicationRedirectUris:ApplicationRedirectUris').flatMap((part) =>
        textsIn(part.inputs, 'redirectUris'),
      ),
    ],
    scopes: scopes.map(({ value, displayName, description }) => ({ value, displayName, description })),
    secrets: parts('azuread:index/applicationPassword:ApplicationPassword').map(({ inputs: of }) => describeSecret(of)),
    certificates: parts('entragraph:index:SamlSigningCertificate').map(({ inputs: of }) => describeCertificate(of)),
    assignedGroups: parts('azuread:index/appRoleAssignment:AppRoleAssignment')
      .map((assignment) => index.principalName(assignment.inputs['principalObjectId']))
      .toSorted(compareText),
  };
}

function kindOf({ type }: ProgramResource, scopes: readonly ReportScope[]): ReportApplication['kind'] {
  if (type.endsWith(':ApplicationFromTemplate')) return 'enterprise';
  return scopes.length > 0 ? 'api' : 'client';
}

function describeSecret(inputs: FactInputs): ReportSecret {
  return { name: textIn(inputs, 'displayName') ?? '', ...expiryOf(textIn(inputs, 'endDate')) };
}

function describeCertificate(inputs: FactInputs): ReportCertificate {
  return {
    name: (textIn(inputs, 'displayName') ?? '').replace(/^CN=/, ''),
    ...expiryOf(textIn(inputs, 'endDateTime')),
    isActive: flagIn(inputs, 'active') ?? true,
  };
}

/** The day of a moment in UTC: `2026-06-30T00:00:00Z`. */
function expiryOf(moment: string | undefined): { readonly expires?: string } {
  return moment === undefined ? {} : { expires: moment.slice(0, 10) };
}

/** Consents that administrators give, for everybody. */
export function describeConsents(index: ResourceIndex): readonly ReportConsent[] {
  return index
    .ofType('azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant')
    .map(({ inputs }) => ({
      client: index.principalName(inputs['servicePrincipalObjectId']),
      resource: index.principalName(inputs['resourceServicePrincipalObjectId']),
      scopes: textsIn(inputs, 'claimValues').toSorted(compareText),
    }))
    .toSorted((a, b) => compareText(a.client, b.client) || compareText(a.resource, b.resource));
}
