import type { Directory } from './directory/directory';
import { isShown } from './described/described';
import type { Route } from './context';
import type { JsonObject } from './json';
import { applicationRoutes } from './resources/applications/application';
import { federatedCredentialRoutes } from './resources/applications/federated-credentials';
import { withoutSecrets } from './resources/credentials';
import { auditLogRoutes } from './resources/directory/audit-log';
import { deletedItemsRoutes } from './resources/directory/deleted-items';
import { directoryRoutes } from './resources/directory/directory-routes';
import { eventsFlowRoutes } from './resources/events-flows/events-flows';
import { extensionRoutes } from './resources/events-flows/extensions';
import { listenerRoutes } from './resources/events-flows/listeners';
import { appRoleRoutes } from './resources/grants/app-roles';
import { grantRoutes } from './resources/grants/grants';
import { groupRoutes } from './resources/groups/group';
import { claimsPolicyRoutes } from './resources/policies/claims-policies';
import { conditionalAccessRoutes } from './resources/policies/conditional-access';
import { servicePrincipalRoutes, servicePrincipalView } from './resources/service-principals/service-principal';
import { jobRoutes } from './resources/synchronization/jobs';
import { provisioningLogRoutes } from './resources/synchronization/provisioning-log';
import { schemaRoutes } from './resources/synchronization/schema-routes';
import { secretRoutes } from './resources/synchronization/secrets';
import { templateRoutes } from './resources/templates/templates';
import { assignmentRoutes } from './resources/user-flows/assignments';
import { attributeRoutes } from './resources/user-flows/attributes';
import { connectorRoutes } from './resources/user-flows/connectors';
import { pageRoutes } from './resources/user-flows/page-texts';
import { providerRoutes } from './resources/user-flows/providers';
import { userFlowRoutes } from './resources/user-flows/user-flows';
import { userRoutes } from './resources/users/users';
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
  ...secretRoutes,
  ...jobRoutes,
  ...schemaRoutes,
  ...provisioningLogRoutes,
  ...userFlowRoutes,
  ...pageRoutes,
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

/** An object inside a list of mixed ones, which shows what `/v1.0` does. */
export function viewOf(directory: Directory, entity: Entity, typeName: string): JsonObject {
  const view = typeName === 'servicePrincipal' ? servicePrincipalView(directory, entity) : withoutSecrets(entity);
  return Object.fromEntries(
    Object.entries(view).filter(([name]) => typeName === 'user' || isShown('v1.0', typeName, name)),
  );
}
