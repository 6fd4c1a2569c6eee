import type { Directory } from './directory/directory';
import type { EntityType } from './directory/entity-type';
import type { Route } from './http/context';
import type { JsonObject } from './json';
import { applicationRoutes } from './resources/applications/application-routes';
import { APPLICATION } from './resources/applications/application-type';
import { federatedCredentialRoutes } from './resources/applications/federated-credentials';
import { appRoleRoutes } from './resources/grants/app-role-routes';
import { grantRoutes } from './resources/grants/grants';
import { auditLogRoutes } from './resources/directory/audit-log';
import { deletedItemsRoutes } from './resources/directory/deleted-items-routes';
import { directoryRoutes } from './resources/directory/directory-routes';
import { groupRoutes } from './resources/groups/group-routes';
import { GROUP } from './resources/groups/group-type';
import { CLAIMS_POLICY, claimsPolicyRoutes } from './resources/policies/claims-policies';
import { conditionalAccessRoutes } from './resources/policies/conditional-access';
import { provisioningLogRoutes } from './resources/synchronization/provisioning-log';
import { schemaRoutes } from './resources/synchronization/schema-routes';
import { synchronizationRoutes } from './resources/synchronization/synchronization-routes';
import { templateRoutes } from './resources/templates/template-routes';
import { extensionRoutes } from './resources/events-flows/extension-routes';
import { listenerRoutes } from './resources/events-flows/listener-routes';
import { eventsFlowRoutes } from './resources/events-flows/events-flow-routes';
import { assignmentRoutes } from './resources/user-flows/assignments';
import { attributeRoutes } from './resources/user-flows/attribute-routes';
import { connectorRoutes } from './resources/user-flows/connector-routes';
import { providerRoutes } from './resources/user-flows/provider-routes';
import { userFlowRoutes } from './resources/user-flows/user-flow-routes';
import { servicePrincipalRoutes } from './resources/service-principals/service-principal-routes';
import { SERVICE_PRINCIPAL } from './resources/service-principals/service-principal-type';
import { USER, userRoutes } from './resources/users/users';
import type { Entity } from './store/store';

/** All that the emulator answers; anything else is 501. */
export const ROUTES: readonly Route[] = [
  ...applicationRoutes,
  ...federatedCredentialRoutes,
  ...servicePrincipalRoutes,
  ...groupRoutes,
  ...userRoutes,
  ...grantRoutes,
  ...appRoleRoutes,
  ...templateRoutes,
  ...claimsPolicyRoutes,
  ...conditionalAccessRoutes,
  ...synchronizationRoutes,
  ...schemaRoutes,
  ...provisioningLogRoutes,
  ...userFlowRoutes,
  ...eventsFlowRoutes,
  ...extensionRoutes,
  ...listenerRoutes,
  ...assignmentRoutes,
  ...attributeRoutes,
  ...providerRoutes,
  ...connectorRoutes,
  ...deletedItemsRoutes,
  ...directoryRoutes,
  ...auditLogRoutes,
];

/** Types that lists of mixed objects hold. */
const MIXED_TYPES: ReadonlyMap<string, EntityType> = new Map(
  [APPLICATION, SERVICE_PRINCIPAL, GROUP, USER, CLAIMS_POLICY].map((type) => [type.name, type]),
);

/** An object inside a list of mixed ones, which shows what `/v1.0` does. */
export function viewOf(directory: Directory, entity: Entity, typeName: string): JsonObject {
  const type = MIXED_TYPES.get(typeName);
  const view = type?.view?.(directory, entity) ?? entity;
  return Object.fromEntries(Object.entries(view).filter(([name]) => type?.betaOnly?.includes(name) !== true));
}
