import type { Directory } from './directory/directory';
import { isShown } from './described/described';
import type { Route } from './context';
import type { JsonObject } from './json';
import { applicationRoutes } from './resources/applications/application';
import { withoutSecrets } from './resources/credentials';
import { groupRoutes } from './resources/groups/group';
import { deletedItemsRoutes } from './resources/directory/deleted-items';
import { directoryRoutes } from './resources/directory/directory-routes';
import { eventsFlowRoutes } from './resources/events-flows/events-flows';
import { extensionRoutes } from './resources/events-flows/extensions';
import { grantRoutes } from './resources/grants/grants';
import { policyRoutes } from './resources/policies/policies';
import { servicePrincipalRoutes, servicePrincipalView } from './resources/service-principals/service-principal';
import { jobRoutes } from './resources/synchronization/jobs';
import { provisioningLogRoutes } from './resources/synchronization/provisioning-log';
import { schemaRoutes } from './resources/synchronization/schema-routes';
import { secretRoutes } from './resources/synchronization/secrets';
import { templateRoutes } from './resources/templates/templates';
import { userFlowRoutes } from './resources/user-flows/user-flows';
import { attributeRoutes } from './resources/user-flows/attributes';
import { connectorRoutes } from './resources/user-flows/connectors';
import { providerRoutes } from './resources/user-flows/providers';
import { userRoutes } from './resources/users/users';
import type { Entity } from './store/store';

/** All that the emulator answers; anything else is 501. */
export const ROUTES: readonly Route[] = [
  ...applicationRoutes,
  ...servicePrincipalRoutes,
  ...groupRoutes,
  ...userRoutes,
  ...grantRoutes,
  ...templateRoutes,
  ...policyRoutes,
  ...secretRoutes,
  ...jobRoutes,
  ...schemaRoutes,
  ...provisioningLogRoutes,
  ...userFlowRoutes,
  ...eventsFlowRoutes,
  ...extensionRoutes,
  ...attributeRoutes,
  ...providerRoutes,
  ...connectorRoutes,
  ...deletedItemsRoutes,
  ...directoryRoutes,
];

/** An object inside a list of mixed ones, which shows what `/v1.0` does. */
export function viewOf(directory: Directory, entity: Entity, typeName: string): JsonObject {
  const view = typeName === 'servicePrincipal' ? servicePrincipalView(directory, entity) : withoutSecrets(entity);
  return Object.fromEntries(
    Object.entries(view).filter(([name]) => typeName === 'user' || isShown('v1.0', typeName, name)),
  );
}
