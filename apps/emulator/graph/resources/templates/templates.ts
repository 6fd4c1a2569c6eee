import type { Directory } from '../../directory/directory';
import type { EntityType } from '../../directory/entity-type';
import { createEntity } from '../../directory/objects';
import { badRequest, notFound } from '../../graph-error';
import { type Context, param, type Route } from '../../context';
import { madeReply } from '../../http/reply';
import { makersOf } from '../../http/routes';
import { findText, type JsonObject, textOf } from '../../json';
import type { Entity } from '../../store/store';
import { APPLICATION } from '../applications/application';
import { entityRoutes } from '../entity-routes';
import { SERVICE_PRINCIPAL } from '../service-principals/service-principal';
import { CATALOGUE, type CatalogueEntry, TEMPLATE_ROLES } from './template-catalogue';

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
