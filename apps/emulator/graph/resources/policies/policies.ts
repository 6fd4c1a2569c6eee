import { makersOf, param, type Route } from '../../context';
import type { Directory, EntityType } from '../../directory/directory';
import { badRequest, invalidValue } from '../../graph-error';
import { mixedListReply } from '../../http/reply';
import { isObject, type JsonObject, objectOf, parseObject, textOf, textsOf } from '../../json';
import type { Entity } from '../../store/store';
import { typedView } from '../directory/directory-objects';
import { entityRoutes } from '../entity-routes';
import { referenceRoutes } from '../reference-routes';

const CLAIMS_POLICY: EntityType = {
  collection: 'claimsMappingPolicies',
  name: 'claimsMappingPolicy',
  set: 'policies/claimsMappingPolicies',
  initial: { isOrganizationDefault: false },
  check: checkClaims,
};

const CONDITIONAL_ACCESS: EntityType = {
  collection: 'conditionalAccessPolicies',
  name: 'conditionalAccessPolicy',
  set: 'identity/conditionalAccess/policies',
  initial: { conditions: { applications: {}, users: {} } },
  readOnly: ['templateId', 'modifiedDateTime'],
  check: checkPolicy,
  // A relation that is always expanded.
  view: (_directory, policy) => {
    const { grantControls: controls = null } = policy;
    return { ...policy, grantControls: isObject(controls) ? { authenticationStrength: null, ...controls } : controls };
  },
};

export const policyRoutes: readonly Route[] = [
  ...entityRoutes({ type: CLAIMS_POLICY }),
  ...entityRoutes({ type: CONDITIONAL_ACCESS }),
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
function checkClaims(_directory: Directory, policy: Entity): void {
  if (textOf(policy, 'displayName') === '') throw invalidValue('displayName', 'ClaimsMappingPolicy');
  const [definition = '', ...more] = textsOf(policy, 'definition');
  const root = objectOf(parseObject(definition) ?? {}, 'ClaimsMappingPolicy');
  const isOne = more.length === 0 && root['Version'] === 1 && isObject(root);
  if (!isOne) throw badRequest('Property definition has an invalid value.', 'Request_BadRequest');
}

const APPLICATION_WORDS = ['All', 'None', 'Office365', 'MicrosoftAdminPortals'];
const USER_WORDS = ['All', 'None', 'GuestsOrExternalUsers'];

function checkPolicy(directory: Directory, policy: Entity): void {
  if (textOf(policy, 'displayName') === '') throw refused('1012', 'Policy name must not be empty');
  if (textOf(policy, 'state') === '') throw refused('1013', 'Policy state is missing');
  if (!isObject(policy['grantControls']) && !isObject(policy['sessionControls'])) {
    throw refused('1034', 'Policy contains neither grant nor session controls');
  }
  checkGrantControls(objectOf(policy, 'grantControls'));
  const conditions = objectOf(policy, 'conditions');
  if (textsOf(conditions, 'clientAppTypes').length === 0) throw refused('1024', 'Policy contains no client app type');
  checkApplications(directory, objectOf(conditions, 'applications'));
  checkUsers(directory, objectOf(conditions, 'users'));
}

/** https://learn.microsoft.com/graph/api/resources/conditionalaccessgrantcontrols: a strength takes the place of `mfa`. */
function checkGrantControls(controls: JsonObject): void {
  if (isObject(controls['authenticationStrength']) && textsOf(controls, 'builtInControls').includes('mfa'))
    throw refused('1047', "Policy contains the grant control 'mfa' beside an authentication strength");
}

function refused(code: string, problem: string): Error {
  return badRequest(`${code}: ${problem}.`, 'BadRequest');
}

function checkApplications(directory: Directory, applications: JsonObject): void {
  const included = textsOf(applications, 'includeApplications');
  if (included.length + textsOf(applications, 'includeUserActions').length === 0) {
    throw refused('1011', 'Policy contains no application and no user action');
  }
  const known = new Set(directory.all('servicePrincipals').map((principal) => textOf(principal, 'appId')));
  const unknown = [...included, ...textsOf(applications, 'excludeApplications')].find(
    (id) => !APPLICATION_WORDS.includes(id) && !known.has(id),
  );
  if (unknown !== undefined) throw refused('1011', `Policy contains invalid applications: '${unknown}'`);
}

function checkUsers(directory: Directory, users: JsonObject): void {
  const included = ['includeUsers', 'includeGroups', 'includeRoles'].flatMap((list) => textsOf(users, list));
  if (included.length === 0) throw refused('1040', 'Policy contains no user, group or role');
  const namedUsers = [...textsOf(users, 'includeUsers'), ...textsOf(users, 'excludeUsers')];
  const badUser = namedUsers.find((id) => !USER_WORDS.includes(id) && directory.find('users', id) === undefined);
  if (badUser !== undefined) throw refused('1009', `Policy contains invalid users: '${badUser}'`);
  const namedGroups = [...textsOf(users, 'includeGroups'), ...textsOf(users, 'excludeGroups')];
  const badGroup = namedGroups.find((id) => directory.find('groups', id) === undefined);
  if (badGroup !== undefined) throw refused('1010', `Policy contains invalid groups: '${badGroup}'`);
}
