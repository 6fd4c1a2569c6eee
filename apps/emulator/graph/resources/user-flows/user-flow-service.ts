import { createEntity, patchEntity } from '../../directory/apply-body';
import type { Directory } from '../../directory/directory';
import { conflict, invalidValue, notImplemented } from '../../graph-error';
import type { JsonObject } from '../../json';
import { textOf } from '../../json';
import type { Entity } from '../../store/store';
import { FLOW_TYPES, USER_FLOW } from './user-flow-type';

const PREFIX = 'B2C_1_';
/** 3 is recommended; there were versions between whole numbers. */
const VERSIONS = { min: 1, max: 3 };

/** @throws GraphError where Graph refuses it */
export function createUserFlow(directory: Directory, body: JsonObject): Entity {
  const name = textOf(body, 'id');
  if (!/^[\w-]{1,64}$/.test(name)) throw invalidValue('id', 'B2CIdentityUserFlow');
  if (!FLOW_TYPES.includes(textOf(body, 'userFlowType'))) throw invalidValue('userFlowType', 'B2CIdentityUserFlow');
  checkVersion(Number(body['userFlowTypeVersion']));
  if ('identityProviders' in body)
    throw notImplemented("'identityProviders' in the body of a user flow; add them by $ref");
  const id = name.startsWith(PREFIX) ? name : `${PREFIX}${name}`;
  if (directory.find('userFlows', id) !== undefined) throw conflict(`A user flow with the id '${id}' already exists.`);
  return directory.put('userFlows', createEntity(USER_FLOW, body, { id }));
}

export function updateUserFlow(directory: Directory, id: string, body: JsonObject): Entity {
  return directory.put('userFlows', patchEntity(USER_FLOW, directory.get('userFlows', id), body));
}

export function deleteUserFlow(directory: Directory, id: string): void {
  directory.get('userFlows', id);
  directory.unlinkEverywhere(id);
  directory.remove('userFlows', id);
}

function checkVersion(version: number): void {
  const isKnown = version >= VERSIONS.min && version <= VERSIONS.max;
  if (!isKnown) throw invalidValue('userFlowTypeVersion', 'B2CIdentityUserFlow');
}
