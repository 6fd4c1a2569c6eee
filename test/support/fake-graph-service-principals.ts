import type { Route } from './fake-graph';

export class ServicePrincipals {
  readonly routes: readonly Route[] = [];
}

export const servicePrincipalRoutes = (): ServicePrincipals => new ServicePrincipals();
