import type {
  Customers,
  DeclaredConnector,
  DeclaredProvider,
  FlowAttribute,
  Scope,
  UserFlow,
} from '../../src/estate/sections/customers/customers';
import type { Estate } from '../../src/estate/sections/estate';

export const TENANT = 'c1a6d0f4-7b52-4e89-a3d1-6f0e2b9c5d73';

export const scope = (value: string): Scope => ({ at: [], value, displayName: `${value}!`, description: `${value}.` });

export const flowAttribute = (id: string, more: Partial<FlowAttribute> = {}): FlowAttribute => ({
  at: [],
  id,
  optional: false,
  requiresVerification: false,
  ...more,
});

export const userFlow = (id: string, more: Partial<UserFlow> = {}): UserFlow => ({
  at: [],
  id: `B2C_1_${id}`,
  previousNames: [],
  type: 'signUpOrSignIn',
  use: 'signIn',
  attributes: [],
  claims: [],
  identityProviders: [],
  ...more,
});

export const OPEN_ID_METADATA = 'https://idp.example.com/.well-known/openid-configuration';

/** An identity provider whose secret is under `<name>Secret`. */
export const declaredProvider = (
  name: string,
  more: Partial<DeclaredProvider> & Pick<DeclaredProvider, 'type'>,
): DeclaredProvider => ({
  at: [],
  name,
  scope: 'openid profile email',
  claims: { userId: 'sub', displayName: 'name' },
  secret: { at: [], config: `${name}Secret`, version: '1' },
  ...more,
});

/** An API connector whose password is under `<name>Secret`. */
export const declaredConnector = (name: string, more: Partial<DeclaredConnector> = {}): DeclaredConnector => ({
  at: [],
  name,
  url: `https://api.example.com/${name}`,
  authentication: 'basic',
  ...(more.authentication === 'certificate' ? {} : { username: 'claims' }),
  secret: { at: [], config: `${name}Secret`, version: '1' },
  ...more,
});

const ASKED = [flowAttribute('displayName'), flowAttribute('email', { requiresVerification: true })];

/** The `customers` section as the four flows and two applications need it. */
export function customersSection(more: Partial<Customers> = {}): Customers {
  const shared = { claims: ['emails', 'displayName'], identityProviders: ['EmailPassword-OAUTH', 'Google-OAUTH'] };
  return {
    at: ['customers'],
    directoryType: 'b2c',
    directory: 'contosoclaims',
    tenantId: TENANT,
    apiApplication: {
      at: [],
      displayName: 'Claims API',
      identifierUri: 'https://contosoclaims.onmicrosoft.com/api',
      scopes: [scope('Accounts.Read'), scope('Accounts.Write')],
      roles: [],
      accepted: [],
    },
    webApplication: {
      at: [],
      accepted: [],
      displayName: 'Claims',
      hosts: [
        { at: [], origin: 'http://localhost:5000' },
        { at: [], origin: 'https://claims.example.com' },
      ],
      callbacks: { signIn: '/getAToken', stepUp: '/getATokenMFA' },
      implicitGrant: false,
      clientSecret: { at: [], start: '2026-01-01', periodDays: 90 },
    },
    apis: [],
    applications: [],
    identityProviders: [],
    attributes: [],
    apiConnectors: [],
    customExtensions: [],
    userFlows: [
      userFlow('signupsignin1', { attributes: ASKED, ...shared }),
      userFlow('signupsignin1_mfa', {
        use: 'stepUp',
        multifactor: { state: 'on', method: 'phoneSms' },
        attributes: ASKED,
        ...shared,
      }),
      userFlow('profileediting1', { type: 'profileUpdate', use: 'profileEdit' }),
      userFlow('passwordreset1', { type: 'passwordReset', use: 'passwordReset' }),
    ],
    ...more,
  };
}

/** The same customers in an external tenant of External ID. */
export function externalSection(more: Partial<Customers> = {}): Customers {
  const { at, directory, tenantId, apiApplication, webApplication } = customersSection();
  return {
    at,
    directory,
    tenantId,
    apiApplication,
    webApplication,
    directoryType: 'external-id',
    apis: [],
    applications: [],
    identityProviders: [],
    attributes: [],
    apiConnectors: [],
    customExtensions: [],
    userFlows: [
      userFlow('', {
        id: 'Sign up and sign in',
        attributes: [flowAttribute('email'), flowAttribute('surname', { optional: true })],
        identityProviders: ['EmailPassword-OAUTH'],
      }),
    ],
    stepUp: {
      at: ['customers', 'stepUp'],
      displayName: 'Claims API with a second factor',
      identifierUri: 'https://contosoclaims.onmicrosoft.com/api-step-up',
      scopes: ['Accounts.Write'],
      policy: 'Second factor for changes',
      accepted: [],
    },
    ...more,
  };
}

export function customersEstate(customers: Customers = customersSection()): Estate {
  return {
    name: 'sandbox',
    customers,
    setAside: { permissionSets: new Set(), groups: new Set(), policies: new Set() },
  };
}
