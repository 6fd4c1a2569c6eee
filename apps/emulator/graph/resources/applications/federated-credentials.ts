import type { EntityType } from '../../directory/entity-type';
import { badRequest, conflict, invalidValue } from '../../graph-error';
import type { Route } from '../../context';
import { findText, textOf, textsOf } from '../../json';
import type { Entity } from '../../store/store';
import { containedRoutes } from '../entity-routes';

/** https://learn.microsoft.com/graph/api/resources/federatedidentitycredential */
const MOST = 20;
const LONGEST = 600;
const NAME = /^[A-Za-z0-9][\w-]{2,119}$/;

const CREDENTIAL: EntityType = {
  collection: 'applications',
  name: 'federatedIdentityCredential',
  set: 'applications/federatedIdentityCredentials',
  fixed: ['name'],
  check: (_directory, credential) => {
    const bad = ['name', 'issuer', 'subject', 'audiences'].find((name) => !isValid(credential, name));
    if (bad !== undefined) throw invalidValue(bad, CREDENTIAL.name);
  },
};

export const federatedCredentialRoutes: readonly Route[] = containedRoutes({
  type: CREDENTIAL,
  path: '/applications/{id}/federatedIdentityCredentials',
  key: 'credential',
  property: '_federatedCredentials',
  names: ['id', 'name'],
  check: checkAll,
});

function isValid(credential: Entity, name: string): boolean {
  if (name === 'name') return NAME.test(textOf(credential, name));
  if (name === 'issuer' && !URL.canParse(textOf(credential, name))) return false;
  const texts = name === 'audiences' ? textsOf(credential, name) : [findText(credential, name) ?? ''];
  return texts.length === 1 && texts.every((text) => text !== '' && text.length <= LONGEST);
}

function checkAll(credentials: readonly Entity[]): void {
  if (credentials.length > MOST) throw badRequest(`An application has at most ${MOST} federated identity credentials.`);
  const names = credentials.map((item) => textOf(item, 'name').toLowerCase());
  if (new Set(names).size < names.length)
    throw conflict('A federated identity credential of this name already exists.');
  const subjects = credentials.map((item) => `${textOf(item, 'issuer')} ${textOf(item, 'subject')}`);
  if (new Set(subjects).size < subjects.length)
    throw conflict('A federated identity credential with this issuer and subject already exists.');
}
