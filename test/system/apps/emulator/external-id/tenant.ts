import type { Flow, Registrations } from '../../../../../apps/emulator/b2c';
import { WEB } from '../../../../support/apps/emulator/b2c/support/application';

/** Scopes of the two applications that stand for the API. */
export const READ = 'https://contoso.onmicrosoft.com/api/Accounts.Read';
export const WRITE = 'https://contoso.onmicrosoft.com/api-step-up/Accounts.Write';

export const CLIENT = {
  ...WEB,
  grantedScopes: [READ, WRITE],
  optionalClaims: ['auth_time', 'email', 'family_name', 'given_name'],
};

export const API = {
  clientId: 'bbbbbbbb-2222-4222-8222-222222222222',
  identifierUri: 'https://contoso.onmicrosoft.com/api',
  scopes: ['Accounts.Read'],
  optionalClaims: ['email'],
};

/** A policy asks for a second factor there. */
export const STEP_UP = {
  clientId: 'cccccccc-3333-4333-8333-333333333333',
  identifierUri: 'https://contoso.onmicrosoft.com/api-step-up',
  scopes: ['Accounts.Write'],
  optionalClaims: ['email'],
  needsFactor: true,
};

export const FLOW: Flow = {
  id: 'Sign up and sign in',
  type: 'signUpOrSignIn',
  multifactorMethod: 'email',
  attributes: ['email', 'displayName', 'givenName', { id: 'surname', optional: true }],
  identityProviders: ['EmailPassword-OAUTH'],
  applications: [CLIENT.clientId],
};

export const TENANT_ID = '11111111-1111-4111-8111-111111111111';

/** An external tenant with the customer application. */
export const TENANT: Registrations = {
  directoryType: 'external-id',
  directory: 'contoso',
  tenantId: TENANT_ID,
  clients: [CLIENT],
  apis: [API, STEP_UP],
  flows: [FLOW],
};
