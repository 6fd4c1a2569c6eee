import type { Route } from '../../http/context';
import { param } from '../../http/context';
import { objectReply } from '../../http/reply';
import { ownedCreator, passwordRoutes } from '../applications/application-routes';
import { entityRoutes } from '../entity-routes';
import { OWNERS, referenceRoutes } from '../reference-routes';
import { SERVICE_PRINCIPAL } from './service-principal-type';
import { createServicePrincipal, deleteServicePrincipal, updateServicePrincipal } from './service-principal-service';
import { addSigningCertificate, prepareCertificate } from './signing-certificate-service';

export const servicePrincipalRoutes: readonly Route[] = [
  ...entityRoutes({
    type: SERVICE_PRINCIPAL,
    create: (c) => createServicePrincipal(c.directory, c.body, ownedCreator(c)),
    update: updateServicePrincipal,
    remove: deleteServicePrincipal,
  }),
  ...referenceRoutes({ ...OWNERS, collection: 'servicePrincipals' }),
  ...passwordRoutes('servicePrincipals'),
  {
    method: 'POST',
    path: '/servicePrincipals/{id}/addTokenSigningCertificate',
    prepare: prepareCertificate,
    handle: (c) => {
      const certificate = addSigningCertificate(c.directory, param(c, 'id'), c.prepared);
      return objectReply(c, 'microsoft.graph.selfSignedCertificate', certificate);
    },
  },
];
