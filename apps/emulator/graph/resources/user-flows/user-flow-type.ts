import type { EntityType } from '../../directory/entity-type';
import { objectsOf } from '../../json';
import { allProviders, providerView } from './provider-routes';

/** Second factor, claims, lifetimes and JavaScript are not properties here, as in Microsoft's types: portal.ts has them. */
export const USER_FLOW: EntityType = {
  collection: 'userFlows',
  name: 'b2cIdentityUserFlow',
  set: 'identity/b2cUserFlows',
  defaults: {
    id: '',
    userFlowType: '',
    userFlowTypeVersion: 3,
    isLanguageCustomizationEnabled: false,
    defaultLanguageTag: null,
    apiConnectorConfiguration: {},
  },
  readOnly: [],
  fixed: ['id', 'userFlowType', 'userFlowTypeVersion'],
  unsupported: ['apiConnectorConfiguration'],
  expand: {
    userAttributeAssignments: (_directory, entity) => objectsOf(entity, '_attributes'),
    userFlowIdentityProviders: (directory, entity) => {
      const linked = directory.readLinks(entity.id, 'identityProviders');
      return allProviders(directory)
        .filter(({ id }) => linked.includes(id))
        .map(providerView);
    },
    languages: (_directory, entity) => objectsOf(entity, '_languages'),
  },
};

export const FLOW_TYPES = ['signUp', 'signIn', 'signUpOrSignIn', 'passwordReset', 'profileUpdate', 'resourceOwner'];
