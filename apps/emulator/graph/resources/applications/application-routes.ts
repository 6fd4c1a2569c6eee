import { PERMISSIONS } from '../../auth/roles';
import type { Context, Route } from '../../http/context';
import { param } from '../../http/context';
import { objectReply } from '../../http/reply';
import { makersOf } from '../../http/routes';
import { textOf } from '../../json';
import { entityRoutes } from '../entity-routes';
import { OWNERS, referenceRoutes } from '../reference-routes';
import { APPLICATION } from './application-type';
import { createApplication, deleteApplication, updateApplication } from './application-service';
import type { CredentialOwner } from './credential-service';
import { addPassword, removePassword } from './credential-service';

const { readApplications, writeApplications } = PERMISSIONS;

const SHARED = { read: readApplications, write: writeApplications };

export const applicationRoutes: readonly Route[] = [
  ...entityRoutes({
    ...SHARED,
    type: APPLICATION,
    create: (c) => createApplication(c.directory, c.body, ownedCreator(c)),
    update: updateApplication,
    remove: deleteApplication,
  }),
  ...referenceRoutes({ ...SHARED, ...OWNERS, collection: 'applications' }),
  ...passwordRoutes('applications'),
];

/** The caller who may only manage what it owns, who becomes the owner of what it creates. */
export function ownedCreator({ caller }: Context): string | undefined {
  const managesAll = writeApplications.roles.some((role) => caller.roles.includes(role));
  return managesAll ? undefined : caller.objectId;
}

export function passwordRoutes(collection: CredentialOwner): readonly Route[] {
  const { answer, change } = makersOf(SHARED);
  return [
    answer('POST', `/${collection}/{id}/addPassword`, (c) => {
      const credential = addPassword(c.directory, { collection, id: param(c, 'id') }, c.body);
      const reply = objectReply(c, 'microsoft.graph.passwordCredential', credential);
      return { ...reply, headers: { 'cache-control': 'no-store' } };
    }),
    change('POST', `/${collection}/{id}/removePassword`, (c) => {
      removePassword(c.directory, { collection, id: param(c, 'id') }, textOf(c.body, 'keyId'));
    }),
  ];
}
