import { createEntity, patchEntity } from '../../directory/apply-body';
import type { Directory } from '../../directory/directory';
import type { EntityType } from '../../directory/entity-type';
import { badRequest, invalidValue, notFound } from '../../graph-error';
import type { JsonObject } from '../../json';
import { isObject, objectOf, parseObject, textOf, textsOf } from '../../json';
import type { Entity } from '../../store/store';

export const CLAIMS_POLICY: EntityType = {
  collection: 'claimsMappingPolicies',
  name: 'claimsMappingPolicy',
  set: 'policies/claimsMappingPolicies',
  defaults: { id: '', deletedDateTime: null, definition: [], displayName: '', isOrganizationDefault: false },
  readOnly: ['id', 'deletedDateTime'],
};

export function createPolicy(directory: Directory, body: JsonObject): Entity {
  const policy = createEntity(CLAIMS_POLICY, body, { id: directory.newId() });
  checkPolicy(policy);
  return directory.put('claimsMappingPolicies', policy);
}

export function updatePolicy(directory: Directory, id: string, body: JsonObject): Entity {
  const policy = patchEntity(CLAIMS_POLICY, directory.get('claimsMappingPolicies', id), body);
  checkPolicy(policy);
  return directory.put('claimsMappingPolicies', policy);
}

export function deletePolicy(directory: Directory, id: string): void {
  const policy = directory.get('claimsMappingPolicies', id);
  directory.unlinkEverywhere(policy.id);
  directory.remove('claimsMappingPolicies', policy.id);
}

/** The definition is kept byte for byte, but it must be one. */
function checkPolicy(policy: Entity): void {
  if (textOf(policy, 'displayName') === '') throw invalidValue('displayName', 'ClaimsMappingPolicy');
  const [definition = '', ...more] = textsOf(policy, 'definition');
  const root = objectOf(parseObject(definition) ?? {}, 'ClaimsMappingPolicy');
  const isOne = more.length === 0 && root['Version'] === 1 && isObject(root);
  if (!isOne) throw badRequest('Property definition has an invalid value.', 'Request_BadRequest');
}

/** A service principal has at most one. @throws GraphError */
export function assignPolicy(directory: Directory, principalId: string, policyId: string): void {
  directory.get('servicePrincipals', principalId);
  directory.get('claimsMappingPolicies', policyId);
  const assigned = directory.links(principalId, 'claimsMappingPolicies');
  if (assigned.includes(policyId)) {
    const rule = 'One or more added object references already exist for the following modified properties';
    throw badRequest(`${rule}: 'claimsMappingPolicies'.`);
  }
  if (assigned.length > 0) {
    throw badRequest('A service principal can have at most one policy of the type ClaimsMappingPolicy.');
  }
  directory.setLinks(principalId, 'claimsMappingPolicies', [policyId]);
}

export function unassignPolicy(directory: Directory, principalId: string, policyId: string): void {
  directory.get('servicePrincipals', principalId);
  const assigned = directory.links(principalId, 'claimsMappingPolicies');
  if (!assigned.includes(policyId)) throw notFound(policyId);
  directory.setLinks(
    principalId,
    'claimsMappingPolicies',
    assigned.filter((id) => id !== policyId),
  );
}
