import type { Directory } from '../../directory/directory';
import type { EntityType } from '../../directory/entity-type';
import { badRequest, invalidValue } from '../../graph-error';
import { param, type Route } from '../../context';
import { mixedListReply } from '../../http/reply';
import { makersOf } from '../../http/routes';
import { isObject, objectOf, parseObject, textOf, textsOf } from '../../json';
import type { Entity } from '../../store/store';
import { typedView } from '../directory/directory-objects';
import { entityRoutes } from '../entity-routes';
import { referenceRoutes } from '../reference-routes';

const CLAIMS_POLICY: EntityType = {
  collection: 'claimsMappingPolicies',
  name: 'claimsMappingPolicy',
  set: 'policies/claimsMappingPolicies',
  initial: { isOrganizationDefault: false },
  check: checkPolicy,
};

export const claimsPolicyRoutes: readonly Route[] = [
  ...entityRoutes({ type: CLAIMS_POLICY }),
  makersOf().get(
    '/policies/claimsMappingPolicies/{id}/appliesTo',
    (c) => {
      const { id } = c.directory.read('claimsMappingPolicies', param(c, 'id'));
      const users = c.directory
        .list('servicePrincipals')
        .filter((principal) => c.directory.readLinks(principal.id, 'claimsMappingPolicies').includes(id))
        .map((entity) => typedView(c.directory, { type: 'servicePrincipal', entity }));
      return mixedListReply(c, 'directoryObjects', users);
    },
    'references',
  ),
  ...referenceRoutes({
    collection: 'servicePrincipals',
    relation: 'claimsMappingPolicies',
    set: 'claimsMappingPolicies',
    checkMore: (linked) => {
      if (linked.length === 0) return;
      throw badRequest('A service principal can have at most one policy of the type ClaimsMappingPolicy.');
    },
  }),
];

/** The definition is kept byte for byte, but it must be one. */
function checkPolicy(_directory: Directory, policy: Entity): void {
  if (textOf(policy, 'displayName') === '') throw invalidValue('displayName', 'ClaimsMappingPolicy');
  const [definition = '', ...more] = textsOf(policy, 'definition');
  const root = objectOf(parseObject(definition) ?? {}, 'ClaimsMappingPolicy');
  const isOne = more.length === 0 && root['Version'] === 1 && isObject(root);
  if (!isOne) throw badRequest('Property definition has an invalid value.', 'Request_BadRequest');
}
