import type { Directory } from '../../directory/directory';
import type { EntityType } from '../../directory/entity-type';
import { findObject } from '../../directory/objects';
import { badRequest, conflict } from '../../graph-error';
import type { Context, Route } from '../../context';
import { textOf } from '../../json';
import type { Entity } from '../../store/store';
import { create, entityRoutes } from '../entity-routes';
import { BUILT_IN_ATTRIBUTES } from './attribute-catalogue';

const FLOW_ATTRIBUTE: EntityType = {
  collection: 'userFlowAttributes',
  name: 'identityUserFlowAttribute',
  set: 'identity/userFlowAttributes',
  initial: { userFlowAttributeType: 'custom' },
  required: ['displayName', 'dataType'],
  readOnly: ['userFlowAttributeType'],
  fixed: ['displayName', 'dataType'],
  builtIn: BUILT_IN_ATTRIBUTES,
};

export const attributeRoutes: readonly Route[] = entityRoutes({ type: FLOW_ATTRIBUTE, create: createAttribute });

/** Built-in ones are the same everywhere, but for their case: `GivenName` is found as `givenName`. */
export function findAttribute(directory: Directory, id: string): Entity | undefined {
  return findObject(directory, FLOW_ATTRIBUTE, id);
}

function createAttribute({ directory, body }: Context): Entity {
  const displayName = textOf(body, 'displayName');
  if (!/^[A-Za-z][\w ]*$/.test(displayName)) throw badRequest("A value is required for 'displayName'.");
  const id = `extension_${directory.tenant.id.replaceAll('-', '')}_${displayName.replaceAll(' ', '')}`;
  if (findAttribute(directory, id) !== undefined) throw conflict(`The attribute '${displayName}' already exists.`);
  return create(directory, FLOW_ATTRIBUTE, { body, given: { id } });
}
