import { mayDo } from '../../permissions/access';
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

const UPDATE = { method: 'PATCH', path: '/applications/{id}' };

export const applicationRoutes: readonly Route[] = [
  ...entityRoutes({
    type: APPLICATION,
    create: (c) => createApplication(c.directory, c.body, ownedCreator(c)),
    update: updateApplication,
    remove: deleteApplication,
  }),
  ...referenceRoutes({ ...OWNERS, collection: 'applications' }),
  ...passwordRoutes('applications'),
];

/** The caller who may only manage what it owns, who becomes the owner of what it creates. */
export function ownedCreator({ caller }: Context): string | undefined {
  return mayDo(caller, UPDATE) ? undefined : caller.objectId;
}

export function passwordRoutes(collection: CredentialOwner): readonly Route[] {
  const { answer, change } = makersOf();
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
