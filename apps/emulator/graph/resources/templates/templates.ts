import { type Context, makersOf, param, type Route } from '../../context';
import type { Directory, EntityType } from '../../directory/directory';
import { createEntity } from '../../directory/objects';
import { badRequest, notFound } from '../../graph-error';
import { madeReply } from '../../http/reply';
import { findText, type JsonObject, textOf } from '../../json';
import type { Entity } from '../../store/store';
import { APPLICATION } from '../applications/application';
import { entityRoutes } from '../entity-routes';
import { SERVICE_PRINCIPAL } from '../service-principals/service-principal';

export interface CatalogueEntry {
  readonly template: Entity;
  /** Marks of the gallery on the service principal that is made from it. */
  readonly tags: readonly string[];
  readonly homePageUrl: string | null;
  /** Templates of its provisioning jobs; the first is the default. */
  readonly synchronization: readonly string[];
}

/** AWS IAM Identity Center of the gallery, and what becomes of an application that is not in the gallery. */
export const CATALOGUE: readonly CatalogueEntry[] = [
  {
    template: {
      id: '21ed01d2-ec13-4e9e-86c1-cd546719ebc4',
      displayName: 'AWS IAM Identity Center (successor to AWS Single Sign-On)',
      homePageUrl: 'https://aws.amazon.com/',
      supportedSingleSignOnModes: ['saml', 'external'],
      supportedProvisioningTypes: ['sync'],
      logoUrl: '',
      categories: ['cloudInfrastructure', 'security'],
      publisher: 'Amazon Web Services, Inc.',
      description: null,
    },
    tags: ['WindowsAzureActiveDirectoryIntegratedApp', 'WindowsAzureActiveDirectoryGalleryApplicationPrimaryV1'],
    homePageUrl: 'https://*.signin.aws.amazon.com/platform/saml?metadata=awsssoaws|ISV9.1|primary|z',
    synchronization: ['aWSSingleSignon'],
  },
  {
    template: {
      id: '8adf8e6e-67b2-4cf2-a259-e3dc5476c621',
      displayName: 'Custom',
      homePageUrl: '',
      supportedSingleSignOnModes: ['saml', 'password', 'external'],
      supportedProvisioningTypes: ['sync'],
      logoUrl: '',
      categories: [],
      publisher: '',
      description: null,
    },
    tags: ['WindowsAzureActiveDirectoryCustomSingleSignOnApplication', 'WindowsAzureActiveDirectoryIntegratedApp'],
    homePageUrl: null,
    synchronization: ['scim'],
  },
];

/** The roles that every application of the gallery starts with. Their values are null: azuread finds no ids by value. */
export const TEMPLATE_ROLES: readonly JsonObject[] = [
  roleNamed('User', '8774f594-1d59-4279-b9d9-59ef09a23530'),
  roleNamed('msiam_access', '18d14569-c3bd-439b-9a66-3a2aee01d14f'),
];

function roleNamed(name: string, id: string): JsonObject {
  const texts = { description: name, displayName: name };
  return { id, allowedMemberTypes: ['User'], ...texts, isEnabled: true, value: null, origin: 'Application' };
}

const TEMPLATE: EntityType = {
  collection: 'applicationTemplates',
  name: 'applicationTemplate',
  set: 'applicationTemplates',
  builtIn: CATALOGUE.map(({ template }) => template),
};

export const templateRoutes: readonly Route[] = [
  ...entityRoutes({ type: TEMPLATE, key: 'template', actions: ['list', 'read'] }),
  makersOf().answer('POST', '/applicationTemplates/{template}/instantiate', (c) => {
    const displayName = findText(c.body, 'displayName') ?? '';
    if (displayName === '') throw badRequest('A value is required for displayName.');
    const owners = c.directory.quirks.instantiateOwner === 'caller' ? [c.caller.objectId] : [];
    const made = instantiate(c.directory, entryOf(c), { displayName, owners });
    return madeReply(c, 'microsoft.graph.applicationServicePrincipal', made);
  }),
];

function entryOf(context: Context): CatalogueEntry {
  const id = param(context, 'template');
  const entry = CATALOGUE.find(({ template }) => template.id === id);
  if (entry === undefined) throw notFound(id);
  return entry;
}

/** Makes the application and its service principal. */
function instantiate(
  directory: Directory,
  entry: CatalogueEntry,
  { displayName, owners }: { readonly displayName: string; readonly owners: readonly string[] },
): JsonObject {
  const application = templateApplication(directory, entry, displayName);
  const principal = createEntity(
    SERVICE_PRINCIPAL,
    { appId: textOf(application, 'appId'), tags: entry.tags },
    {
      id: directory.newId(),
      applicationTemplateId: entry.template.id,
      appOwnerOrganizationId: directory.tenant.id,
    },
  );
  directory.put('applications', application);
  directory.put('servicePrincipals', principal);
  for (const entity of [application, principal]) directory.setLinks(entity.id, 'owners', [...owners]);
  return {
    application: directory.view(application, 'application'),
    servicePrincipal: directory.view(principal, 'servicePrincipal'),
  };
}

function templateApplication(
  directory: Directory,
  { template, homePageUrl }: CatalogueEntry,
  displayName: string,
): Entity {
  const access = `access ${displayName} on behalf of the signed-in user.`;
  const scope = {
    id: directory.newId(),
    adminConsentDescription: `Allow the application to ${access}`,
    adminConsentDisplayName: `Access ${displayName}`,
    isEnabled: true,
    type: 'User',
    userConsentDescription: `Allow the application to access ${displayName} on your behalf.`,
    userConsentDisplayName: `Access ${displayName}`,
    value: 'user_impersonation',
  };
  const body = { displayName, api: { oauth2PermissionScopes: [scope] }, web: { homePageUrl } };
  return createEntity(APPLICATION, body, {
    id: directory.newId(),
    appId: directory.newId(),
    applicationTemplateId: template.id,
    createdDateTime: directory.now(),
    publisherDomain: directory.tenant.domain,
    appRoles: TEMPLATE_ROLES,
  });
}
