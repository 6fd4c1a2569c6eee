import { PERMISSIONS } from '../../auth/roles';
import type { Context, Route } from '../../http/context';
import { param } from '../../http/context';
import { noContent, objectReply, valuesReply } from '../../http/reply';
import type { Entity } from '../../store/store';
import type { CredentialKey } from './federated-credential-service';
import {
  addFederatedCredential,
  federatedCredentialIn,
  federatedCredentialsOf,
  removeFederatedCredential,
  updateFederatedCredential,
} from './federated-credential-service';

const { readApplications, writeApplications } = PERMISSIONS;
const PATH = '/applications/{id}/federatedIdentityCredentials';
const SET = 'applications/federatedIdentityCredentials';

export const federatedCredentialRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: PATH,
    permission: readApplications,
    handle: (c) => valuesReply(c, SET, federatedCredentialsOf(readApplication(c))),
  },
  {
    method: 'POST',
    path: PATH,
    permission: writeApplications,
    handle: (c) => {
      const credential = addFederatedCredential(c.directory, param(c, 'id'), c.body);
      return { ...objectReply(c, `${SET}/$entity`, credential), status: 201 };
    },
  },
  {
    method: 'GET',
    path: `${PATH}/{credential}`,
    permission: readApplications,
    handle: (c) => objectReply(c, `${SET}/$entity`, federatedCredentialIn(readApplication(c), param(c, 'credential'))),
  },
  {
    method: 'PATCH',
    path: `${PATH}/{credential}`,
    permission: writeApplications,
    handle: (c) => {
      updateFederatedCredential(c.directory, keyOf(c), c.body);
      return noContent;
    },
  },
  {
    method: 'DELETE',
    path: `${PATH}/{credential}`,
    permission: writeApplications,
    handle: (c) => {
      removeFederatedCredential(c.directory, keyOf(c));
      return noContent;
    },
  },
];

function readApplication(c: Context): Entity {
  return c.directory.read('applications', param(c, 'id'));
}

function keyOf(c: Context): CredentialKey {
  return { application: param(c, 'id'), credential: param(c, 'credential') };
}
