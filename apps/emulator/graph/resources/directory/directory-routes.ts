import type { Directory } from '../../directory/directory';
import { badRequest, notFound } from '../../graph-error';
import { makersOf, param, type Route } from '../../context';
import { objectReply, valuesReply } from '../../http/reply';
import { type JsonObject, textOf, textsOf } from '../../json';
import { getDirectoryObject, linkedObjects, typedView } from './directory-objects';

/** Most ids that getByIds takes. */
const MAX_IDS = 1000;

const { get, answer } = makersOf();

export const directoryRoutes: readonly Route[] = [
  get('/directoryObjects/{id}', (c) => {
    const found = getDirectoryObject(c.directory, param(c, 'id'));
    return objectReply(c, 'directoryObjects/$entity', typedView(c.directory, found));
  }),
  answer('POST', '/directoryObjects/getByIds', (c) => {
    const ids = textsOf(c.body, 'ids');
    if (ids.length === 0 || ids.length > MAX_IDS) throw badRequest(`'ids' must hold 1 to ${MAX_IDS} ids.`);
    const types = textsOf(c.body, 'types').map((type) => `#microsoft.graph.${type}`);
    const found = linkedObjects(c.directory, ids).filter(
      (object) => types.length === 0 || types.includes(textOf(object, '@odata.type')),
    );
    return valuesReply(c, 'directoryObjects', found);
  }),
  get('/organization', (c) => valuesReply(c, 'organization', [organization(c.directory)])),
  get('/organization/{organization}', (c) => {
    if (param(c, 'organization') !== c.directory.tenant.id) throw notFound(param(c, 'organization'));
    return objectReply(c, 'organization/$entity', organization(c.directory));
  }),
];

function organization({ tenant }: Directory): JsonObject {
  return {
    id: tenant.id,
    deletedDateTime: null,
    displayName: tenant.displayName,
    tenantType: tenant.kind,
    verifiedDomains: tenant.verifiedDomains.map((name) => ({
      capabilities: 'Email, OfficeCommunicationsOnline',
      isDefault: name === tenant.domain,
      isInitial: name === tenant.domain,
      name,
      type: 'Managed',
    })),
  };
}
