import { createEntity, patchEntity } from '../../directory/apply-body';
import type { Directory } from '../../directory/directory';
import { badRequest, conflict, invalidValue, notImplemented } from '../../graph-error';
import type { JsonObject } from '../../json';
import { isObject, objectOf, textOf } from '../../json';
import type { Entity } from '../../store/store';
import { FLOW_TYPES, UNDOCUMENTED, USER_FLOW } from './user-flow-type';

const PREFIX = 'B2C_1_';
/** 3 is recommended; there were versions between whole numbers. */
const VERSIONS = { min: 1, max: 3 };
const MFA_STATES = ['off', 'on', 'conditional'];
const MFA_METHODS = ['email', 'phoneCallOrSms', 'phoneSms', 'phoneCall', 'authenticator'];

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
  const flow = createEntity(USER_FLOW, honoured(directory, body), { id });
  checkMfa(flow);
  return directory.put('userFlows', flow);
}

export function updateUserFlow(directory: Directory, id: string, body: JsonObject): Entity {
  const before = directory.get('userFlows', id);
  const reset = directory.quirks.patchResetsJavaScript ? { isJavaScriptEnabled: false } : {};
  const flow = patchEntity(USER_FLOW, before, { ...reset, ...honoured(directory, body) });
  checkMfa(flow);
  return directory.put('userFlows', flow);
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

/** What of a body counts, as the quirks have it for what is not documented. @throws GraphError 400 */
function honoured({ quirks }: Directory, body: JsonObject): JsonObject {
  const undocumented = Object.keys(body).filter((name) => name in UNDOCUMENTED);
  switch (quirks.undocumentedFlowProperties) {
    case 'kept':
      return body;
    case 'ignored':
      return Object.fromEntries(Object.entries(body).filter(([name]) => !undocumented.includes(name)));
    case 'refused':
      if (undocumented.length === 0) return body;
      throw badRequest(`Invalid property '${undocumented[0] ?? ''}'.`);
    case 'methodChanged':
      return withOtherMethod(body);
  }
}

/** Seen once: the service took another method than the one that was sent. */
function withOtherMethod(body: JsonObject): JsonObject {
  const mfa = body['multifactorAuthenticationConfiguration'];
  if (!isObject(mfa)) return body;
  return { ...body, multifactorAuthenticationConfiguration: { ...mfa, multifactorAuthenticationMethod: 'email' } };
}

function checkMfa(flow: Entity): void {
  const mfa = objectOf(flow, 'multifactorAuthenticationConfiguration');
  const isKnown =
    MFA_STATES.includes(textOf(mfa, 'multifactorAuthenticationState')) &&
    MFA_METHODS.includes(textOf(mfa, 'multifactorAuthenticationMethod'));
  if (!isKnown) throw invalidValue('multifactorAuthenticationConfiguration', 'B2CIdentityUserFlow');
}
