import { createEntity } from '../../directory/apply-body';
import type { Directory } from '../../directory/directory';
import type { EntityType } from '../../directory/entity-type';
import { badRequest } from '../../graph-error';
import type { Route } from '../../http/context';
import type { JsonObject } from '../../json';
import { isObject, objectOf, textOf, textsOf } from '../../json';
import type { Entity } from '../../store/store';
import { entityRoutes } from '../entity-routes';

const CONDITIONAL_ACCESS: EntityType = {
  collection: 'conditionalAccessPolicies',
  name: 'conditionalAccessPolicy',
  set: 'identity/conditionalAccess/policies',
  defaults: {
    id: '',
    templateId: null,
    displayName: '',
    createdDateTime: '',
    modifiedDateTime: null,
    state: '',
    sessionControls: null,
    conditions: {
      userRiskLevels: [],
      signInRiskLevels: [],
      clientAppTypes: [],
      servicePrincipalRiskLevels: [],
      insiderRiskLevels: null,
      platforms: null,
      locations: null,
      devices: null,
      clientApplications: null,
      authenticationFlows: null,
      applications: {
        includeApplications: [],
        excludeApplications: [],
        includeUserActions: [],
        includeAuthenticationContextClassReferences: [],
        applicationFilter: null,
      },
      users: {
        includeUsers: [],
        excludeUsers: [],
        includeGroups: [],
        excludeGroups: [],
        includeRoles: [],
        excludeRoles: [],
        includeGuestsOrExternalUsers: null,
        excludeGuestsOrExternalUsers: null,
      },
    },
    grantControls: null,
  },
  readOnly: ['id', 'templateId', 'createdDateTime', 'modifiedDateTime'],
  complexDefaults: {
    grantControls: {
      operator: null,
      builtInControls: [],
      customAuthenticationFactors: [],
      termsOfUse: [],
      authenticationStrength: null,
    },
  },
};

const STATES = ['enabled', 'disabled', 'enabledForReportingButNotEnforced'];
const CONTROLS = [
  'block',
  'mfa',
  'compliantDevice',
  'domainJoinedDevice',
  'approvedApplication',
  'compliantApplication',
  'passwordChange',
];
const APPLICATION_WORDS = ['All', 'None', 'Office365', 'MicrosoftAdminPortals'];
const USER_WORDS = ['All', 'None', 'GuestsOrExternalUsers'];

export const conditionalAccessRoutes: readonly Route[] = entityRoutes({
  type: CONDITIONAL_ACCESS,
  create: (c) => {
    const id = c.directory.newId();
    const policy = createEntity(CONDITIONAL_ACCESS, c.body, { id, createdDateTime: c.directory.now() });
    checkPolicy(c.directory, policy);
    return c.directory.put('conditionalAccessPolicies', policy);
  },
  check: checkPolicy,
});

function checkPolicy(directory: Directory, policy: Entity): void {
  if (textOf(policy, 'displayName') === '') throw refused('1012', 'Policy name must not be empty');
  if (!STATES.includes(textOf(policy, 'state')))
    throw refused('1013', `Policy state '${textOf(policy, 'state')}' is invalid`);
  if (!isObject(policy['grantControls']) && !isObject(policy['sessionControls'])) {
    throw refused('1034', 'Policy contains neither grant nor session controls');
  }
  checkGrantControls(objectOf(policy, 'grantControls'));
  const conditions = objectOf(policy, 'conditions');
  if (textsOf(conditions, 'clientAppTypes').length === 0) throw refused('1024', 'Policy contains no client app type');
  checkApplications(directory, objectOf(conditions, 'applications'));
  checkUsers(directory, objectOf(conditions, 'users'));
}

function refused(code: string, problem: string): Error {
  return badRequest(`${code}: ${problem}.`, 'BadRequest');
}

function checkGrantControls(controls: JsonObject): void {
  const unknown = textsOf(controls, 'builtInControls').find((control) => !CONTROLS.includes(control));
  if (unknown !== undefined) throw refused('1020', `Policy contains invalid grant control '${unknown}'`);
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
