import type { EntityType } from './directory/entity-type';
import type { Route } from './http/context';
import { applicationRoutes } from './resources/applications/application-routes';
import { APPLICATION } from './resources/applications/application-type';
import { appRoleRoutes } from './resources/grants/app-role-routes';
import { grantRoutes } from './resources/grants/grant-routes';
import { groupRoutes } from './resources/groups/group-routes';
import { GROUP } from './resources/groups/group-type';
import { servicePrincipalRoutes } from './resources/service-principals/service-principal-routes';
import { SERVICE_PRINCIPAL } from './resources/service-principals/service-principal-type';
import { userRoutes } from './resources/users/user-routes';
import { USER } from './resources/users/user-service';

/** All that the emulator answers; anything else is 501. */
export const ROUTES: readonly Route[] = [
  ...applicationRoutes,
  ...servicePrincipalRoutes,
  ...groupRoutes,
  ...userRoutes,
  ...grantRoutes,
  ...appRoleRoutes,
];

/** Types that lists of mixed objects hold. */
export const MIXED_TYPES: ReadonlyMap<string, EntityType> = new Map(
  [APPLICATION, SERVICE_PRINCIPAL, GROUP, USER].map((type) => [type.name, type]),
);
