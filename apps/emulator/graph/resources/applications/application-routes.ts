import { PERMISSIONS } from '../../auth/roles';
import type { Context, Route } from '../../http/context';
import { param } from '../../http/context';
import { noContent, objectReply } from '../../http/reply';
import { textOf } from '../../json';
import { entityRoutes } from '../entity-routes';
import { referenceRoutes } from '../reference-routes';
import { APPLICATION } from './application-type';
import { createApplication, deleteApplication, updateApplication } from './application-service';
import type { CredentialOwner } from './credential-service';
import { addPassword, removePassword } from './credential-service';

const { readApplications, writeApplications } = PERMISSIONS;

export const applicationRoutes: readonly Route[] = [
  ...entityRoutes({
    type: APPLICATION,
    path: '/applications',
    read: readApplications,
    write: writeApplications,
    create: (c) => createApplication(c.directory, c.body, ownedCreator(c)),
    update: updateApplication,
    remove: deleteApplication,
  }),
  ...referenceRoutes({
    path: '/applications',
    collection: 'applications',
    relation: 'owners',
    read: readApplications,
    write: writeApplications,
    targets: ['user', 'servicePrincipal'],
  }),
  ...passwordRoutes('/applications', 'applications'),
];

/** Who may only manage what it owns becomes the owner of what it creates. */
export function ownedCreator({ caller }: Context): string | undefined {
  const managesAll = writeApplications.roles.some((role) => caller.roles.includes(role));
  return managesAll ? undefined : caller.objectId;
}

export function passwordRoutes(path: string, collection: CredentialOwner): readonly Route[] {
  return [
    {
      method: 'POST',
      path: `${path}/{id}/addPassword`,
      permission: writeApplications,
      handle: (c) => {
        const credential = addPassword(c.directory, { collection, id: param(c, 'id') }, c.body);
        const reply = objectReply(c, 'microsoft.graph.passwordCredential', credential);
        return { ...reply, headers: { 'cache-control': 'no-store' } };
      },
    },
    {
      method: 'POST',
      path: `${path}/{id}/removePassword`,
      permission: writeApplications,
      handle: (c) => {
        removePassword(c.directory, { collection, id: param(c, 'id') }, textOf(c.body, 'keyId'));
        return noContent;
      },
    },
  ];
}
