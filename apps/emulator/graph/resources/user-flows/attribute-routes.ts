import { createEntity, patchEntity } from '../../directory/apply-body';
import type { Directory } from '../../directory/directory';
import type { EntityType } from '../../directory/entity-type';
import { badRequest, conflict, notFound } from '../../graph-error';
import type { Route } from '../../http/context';
import { param } from '../../http/context';
import { createdReply, entityReply, listReply } from '../../http/reply';
import { makersOf } from '../../http/routes';
import type { JsonObject } from '../../json';
import { textOf } from '../../json';
import type { Entity } from '../../store/store';
import { BUILT_IN_ATTRIBUTES } from './attribute-catalogue';

const FLOW_ATTRIBUTE: EntityType = {
  collection: 'userFlowAttributes',
  name: 'identityUserFlowAttribute',
  set: 'identity/userFlowAttributes',
  defaults: { id: '', displayName: '', description: '', userFlowAttributeType: 'custom', dataType: '' },
  readOnly: ['id', 'userFlowAttributeType'],
  fixed: ['displayName', 'dataType'],
};

const DATA_TYPES = ['string', 'boolean', 'int64', 'stringCollection', 'dateTime'];
const PATH = '/identity/userFlowAttributes';

/** Built-in ones are the same everywhere, but for their case: `GivenName` is found as `givenName`. */
export function findAttribute(directory: Directory, id: string): Entity | undefined {
  return allAttributes(directory).find((attribute) => attribute.id.toLowerCase() === id.toLowerCase());
}

function allAttributes(directory: Directory): readonly Entity[] {
  const builtIn = BUILT_IN_ATTRIBUTES.map((attribute) => ({ ...attribute, id: textOf(attribute, 'id') }));
  return [...builtIn, ...directory.list('userFlowAttributes')];
}

function getAttribute(directory: Directory, id: string): Entity {
  const attribute = findAttribute(directory, id);
  if (attribute === undefined) throw notFound(id);
  return attribute;
}

function getCustomAttribute(directory: Directory, id: string): Entity {
  const attribute = getAttribute(directory, id);
  if (attribute['userFlowAttributeType'] === 'custom') return directory.get('userFlowAttributes', attribute.id);
  throw badRequest('A built-in user flow attribute cannot be changed or deleted.');
}

function createAttribute(directory: Directory, body: JsonObject): Entity {
  const displayName = textOf(body, 'displayName');
  if (!/^[A-Za-z][\w ]*$/.test(displayName)) throw badRequest("A value is required for 'displayName'.");
  if (!DATA_TYPES.includes(textOf(body, 'dataType'))) throw badRequest("Invalid value for 'dataType'.");
  const id = `extension_${directory.tenant.id.replaceAll('-', '')}_${displayName.replaceAll(' ', '')}`;
  if (findAttribute(directory, id) !== undefined) throw conflict(`The attribute '${displayName}' already exists.`);
  return directory.put('userFlowAttributes', createEntity(FLOW_ATTRIBUTE, body, { id }));
}

const { get, answer, change } = makersOf();

export const attributeRoutes: readonly Route[] = [
  get(PATH, (c) => listReply(c, FLOW_ATTRIBUTE, allAttributes(c.directory)), 'list'),
  answer('POST', PATH, (c) => createdReply(c, FLOW_ATTRIBUTE, createAttribute(c.directory, c.body))),
  get(`${PATH}/{id}`, (c) => entityReply(c, FLOW_ATTRIBUTE, getAttribute(c.directory, param(c, 'id'))), 'entity'),
  change('PATCH', `${PATH}/{id}`, (c) => {
    const attribute = getCustomAttribute(c.directory, param(c, 'id'));
    c.directory.put('userFlowAttributes', patchEntity(FLOW_ATTRIBUTE, attribute, c.body));
  }),
  change('DELETE', `${PATH}/{id}`, (c) => {
    c.directory.remove('userFlowAttributes', getCustomAttribute(c.directory, param(c, 'id')).id);
  }),
];
