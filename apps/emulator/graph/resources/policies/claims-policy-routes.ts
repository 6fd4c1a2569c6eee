import { PERMISSIONS } from '../../auth/roles';
import type { Route } from '../../http/context';
import { param } from '../../http/context';
import { noContent, valuesReply } from '../../http/reply';
import { referenceIn, typedView } from '../directory/directory-objects';
import { entityRoutes } from '../entity-routes';
import type { Directory } from '../../directory/directory';
import type { JsonObject } from '../../json';
import {
  assignPolicy,
  CLAIMS_POLICY,
  createPolicy,
  deletePolicy,
  unassignPolicy,
  updatePolicy,
} from './claims-policy-service';

const { readPolicies, writePolicies, assignPolicies } = PERMISSIONS;
const ASSIGNED = '/servicePrincipals/{id}/claimsMappingPolicies';

export const claimsPolicyRoutes: readonly Route[] = [
  ...entityRoutes({
    type: CLAIMS_POLICY,
    path: '/policies/claimsMappingPolicies',
    read: readPolicies,
    write: writePolicies,
    create: (c) => createPolicy(c.directory, c.body),
    update: updatePolicy,
    remove: deletePolicy,
  }),
  {
    method: 'GET',
    path: ASSIGNED,
    permission: readPolicies,
    handle: (c) => {
      const { id } = c.directory.read('servicePrincipals', param(c, 'id'));
      return valuesReply(c, 'claimsMappingPolicies', assignedPolicies(c.directory, id));
    },
  },
  {
    method: 'POST',
    path: `${ASSIGNED}/$ref`,
    permission: assignPolicies,
    handle: (c) => {
      assignPolicy(c.directory, param(c, 'id'), referenceIn(c.body));
      return noContent;
    },
  },
  {
    method: 'DELETE',
    path: `${ASSIGNED}/{policy}/$ref`,
    permission: assignPolicies,
    handle: (c) => {
      unassignPolicy(c.directory, param(c, 'id'), param(c, 'policy'));
      return noContent;
    },
  },
];

function assignedPolicies(directory: Directory, id: string): readonly JsonObject[] {
  return directory.links(id, 'claimsMappingPolicies').flatMap((policyId) => {
    const entity = directory.find('claimsMappingPolicies', policyId);
    return entity === undefined
      ? []
      : [typedView(directory, { type: 'claimsMappingPolicy', collection: 'claimsMappingPolicies', entity })];
  });
}
