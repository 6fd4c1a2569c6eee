import type { EntityType } from '../../directory/entity-type';
import { publicPart } from '../../directory/entity-view';
import type { JsonObject } from '../../json';
import { objectsOf } from '../../json';
import { allProviders, providerView } from './provider-routes';

/**
 * Never documented; the live service honoured the first four in 2022. Where the claims of the token are kept is known
 * to nobody outside: the last stands for it. What becomes of them here is a quirk.
 */
export const UNDOCUMENTED: JsonObject = {
  multifactorAuthenticationConfiguration: {
    multifactorAuthenticationState: 'off',
    multifactorAuthenticationMethod: 'phoneCallOrSms',
  },
  tokenLifetimeConfiguration: {
    accessAndIdTokenLifetimeInMinutes: 60,
    refreshTokenLifetimeInDays: 14,
    rollingRefreshTokenLifetimeInDays: 90,
  },
  singleSignOnSessionConfiguration: {
    sessionScope: 'tenant',
    isSessionLifetimeAbsolute: false,
    sessionLifetimeInMinutes: 1440,
    enforceIdTokenHintOnLogout: false,
  },
  isJavaScriptEnabled: false,
  applicationClaims: [],
};

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
    authenticationMethods: '0',
    tokenClaimsConfiguration: { isIssuerEntityUserFlow: false },
    apiConnectorConfiguration: {},
    ...UNDOCUMENTED,
  },
  readOnly: [],
  fixed: ['id', 'userFlowType', 'userFlowTypeVersion'],
  unsupported: ['authenticationMethods', 'tokenClaimsConfiguration', 'apiConnectorConfiguration'],
  view: (_directory, entity) => publicPart(entity),
  expand: {
    userAttributeAssignments: (_directory, entity) => objectsOf(entity, '_attributes'),
    userFlowIdentityProviders: (directory, entity) =>
      allProviders(directory)
        .filter(({ id }) => directory.links(entity.id, 'identityProviders').includes(id))
        .map(providerView),
    languages: (_directory, entity) => objectsOf(entity, '_languages'),
  },
};

export const FLOW_TYPES = ['signUp', 'signIn', 'signUpOrSignIn', 'passwordReset', 'profileUpdate', 'resourceOwner'];
