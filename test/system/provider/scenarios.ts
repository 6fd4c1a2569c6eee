import type { FakeGraph } from '../../support/fake-graph';
import { lasting } from '../../support/fake-graph-service-principals';
import type { Properties } from '../../../provider/values';

/** A resource of each type for the tests that treat all alike: declarations, and what the service must then have. */
export interface Scenario {
  readonly token: string;
  readonly prepare: (graph: FakeGraph) => void;
  readonly first: Properties;
  /** A change in place. */
  readonly second: Properties;
  /** State of the service, without ids that differ from run to run. */
  readonly look: (graph: FakeGraph) => unknown;
  /** The part of it that the resource answers for after a kill. @default all */
  readonly own?: (graph: FakeGraph) => unknown;
}

const SP = 'sp-1';
const JOB = 'aWSSingleSignon.abc';

const flow = {
  userFlowId: 'B2C_1_signupsignin1',
  userFlowType: 'signUpOrSignIn',
  attributes: [
    { attribute: 'Given Name' },
    { attribute: 'Email Address', requiresVerification: true },
    {
      attribute: 'extension_0a1b_Plan',
      userInputType: 'radioSingleSelect',
      userAttributeValues: [{ name: 'Free', value: 'free', isDefault: true }],
    },
  ],
  identityProviders: ['EmailSignUp-OAUTH', 'Google-OAUTH'],
  isLanguageCustomizationEnabled: true,
  defaultLanguageTag: 'en',
  languages: ['en', 'de'],
  pageTexts: [
    {
      language: 'de',
      page: 'phonefactor',
      elementType: 'UxElement',
      stringId: 'alert_message',
      value: 'Wirklich abbrechen?',
    },
    {
      language: 'en',
      page: 'idpselections',
      elementType: 'ClaimsProvider',
      stringId: 'FacebookExchange',
      value: 'Meta',
    },
  ],
  apiConnectors: [
    { step: 'postAttributeCollection', connector: 'connector-1' },
    { step: 'preTokenIssuance', connector: 'connector-2' },
  ],
  multifactor: { state: 'on', method: 'email' },
  claims: ['objectId', 'givenName'],
};

const flows: Scenario = {
  token: 'UserFlow',
  prepare: ({ flows: service }) => {
    service.addsByItself = ['city'];
  },
  first: flow,
  second: {
    ...flow,
    attributes: [
      { attribute: 'Email Address', requiresVerification: true },
      { attribute: 'surname' },
      { attribute: 'Given Name', isOptional: true },
    ],
    identityProviders: ['Google-OAUTH'],
    languages: ['en', 'fr'],
    pageTexts: [
      {
        language: 'en',
        page: 'phonefactor',
        elementType: 'UxElement',
        stringId: 'intro',
        value: 'How do we reach you?',
      },
      { language: 'fr', page: 'phonefactor', elementType: 'UxElement', stringId: 'intro', value: 'Votre numéro ?' },
    ],
    apiConnectors: [{ step: 'postAttributeCollection', connector: 'connector-2' }],
    multifactor: { state: 'off', method: 'email' },
    claims: ['objectId'],
  },
  look: ({ flows: service }) =>
    [...service.flows].map(([id, { body, assignments, order, providers, languages, texts, calls }]) => ({
      id,
      body,
      assignments: order.map((one) => assignments.get(one)),
      providers: [...providers].toSorted(),
      languages: [...languages],
      texts: [...texts].toSorted(),
      calls: [...calls].toSorted(),
    })),
};

const APPLICATION = '63856651-13d9-4784-9abf-20758d509e19';

const eventsFlow = {
  displayName: 'Sign up and sign in',
  identityProviders: ['EmailPassword-OAUTH', 'Google-OAUTH'],
  attributes: [{ attribute: 'email' }, { attribute: 'Given Name', label: 'First name' }],
  applications: [APPLICATION],
};

const eventsFlows: Scenario = {
  token: 'AuthenticationEventsFlow',
  prepare: () => undefined,
  first: eventsFlow,
  second: {
    ...eventsFlow,
    description: 'For everybody.',
    isSignUpAllowed: false,
    identityProviders: ['EmailOtpSignup-OAUTH'],
    attributes: [{ attribute: 'email' }, { attribute: 'surname', isOptional: true }],
    applications: ['8f4ac0d7-1b6e-4f7d-9c53-20d1f0a6b7e8'],
  },
  look: ({ eventsFlows: service }) =>
    [...service.all.values()].map(({ body, providers, applications }) => ({
      body: { ...body, id: 'drawn' },
      providers: [...providers].toSorted(),
      applications: [...applications],
    })),
};

const job = { servicePrincipalId: SP, jobId: JOB };

const schemas = ({ servicePrincipals }: FakeGraph) =>
  [...servicePrincipals.all.values()].flatMap(({ jobs }) => [...jobs.values()].map((one) => lasting(one.schema)));

const schema: Scenario = {
  token: 'SynchronizationSchema',
  prepare: ({ servicePrincipals }) => {
    const found = servicePrincipals.add(SP, [JOB]).jobs.get(JOB);
    if (found !== undefined) found.schedule.state = 'Active';
  },
  first: { ...job, attributeMappings: [{ targetAttribute: 'externalId', sourceAttribute: 'objectId' }] },
  second: {
    ...job,
    attributeMappings: [
      { targetAttribute: 'locale', constant: 'en-GB' },
      { targetAttribute: 'displayName', expression: 'Trim([displayName])', flowType: 'ObjectAddOnly' },
    ],
  },
  look: (graph) => [
    schemas(graph),
    [...graph.servicePrincipals.all.values()].flatMap(({ jobs }) => [...jobs.values()].map(({ schedule }) => schedule)),
  ],
  // Killed between pause and restart, the job stays paused: SynchronizationState finds that at the next refresh.
  own: schemas,
};

const state: Scenario = {
  token: 'SynchronizationState',
  prepare: ({ servicePrincipals }) => {
    servicePrincipals.add(SP, [JOB]);
  },
  first: { ...job, running: false },
  second: { ...job, credentials: [{ key: 'SecretToken', value: 'token-1' }] },
  look: ({ servicePrincipals }) =>
    [...servicePrincipals.all.values()].flatMap(({ jobs }) =>
      [...jobs.values()].map(({ schedule, status }) => ({ schedule, status })),
    ),
};

/** A job in quarantine, which the first update lifts. */
const quarantined: Scenario = {
  ...state,
  prepare: ({ servicePrincipals }) => {
    const found = servicePrincipals.add(SP, [JOB]).jobs.get(JOB);
    if (found === undefined) return;
    found.schedule.state = 'Active';
    found.status = { code: 'Quarantine', quarantine: { reason: 'EncounteredQuarantineException' } };
  },
  first: state.second,
  second: { ...job, credentials: [{ key: 'SecretToken', value: 'token-2' }] },
};

const certificate: Scenario = {
  token: 'SamlSigningCertificate',
  prepare: ({ servicePrincipals }) => {
    servicePrincipals.add(SP);
  },
  first: { servicePrincipalId: SP, displayName: 'CN=AWS', endDateTime: '2028-01-01T00:00:00Z', active: false },
  second: { servicePrincipalId: SP, displayName: 'CN=AWS', endDateTime: '2028-01-01T00:00:00Z', active: true },
  look: ({ servicePrincipals }) =>
    [...servicePrincipals.all.values()].map(({ body }) => ({
      mode: body['preferredSingleSignOnMode'],
      isActive: typeof body['preferredTokenSigningKeyThumbprint'] === 'string',
      keys: body.keyCredentials.map(({ usage, displayName, endDateTime }) => ({ usage, displayName, endDateTime })),
      passwords: body.passwordCredentials.length,
    })),
};

/** The same certificate with a later end, while it waits: a replacement, which adds and removes. */
const rotation: Scenario = {
  ...certificate,
  second: { ...certificate.first, endDateTime: '2029-01-01T00:00:00Z' },
};

/** A running job that is paused. */
const paused: Scenario = { ...state, first: state.second, second: state.first };

const google = {
  kind: 'social',
  identityProviderType: 'Google',
  displayName: 'Google',
  clientId: 'client-1',
  secret: 'secret-1',
  secretVersion: '1',
};

const identityProvider: Scenario = {
  token: 'IdentityProvider',
  prepare: () => undefined,
  first: google,
  second: { ...google, clientId: 'client-2', secret: 'secret-2', secretVersion: '2' },
  look: ({ identity }) => [[...identity.providers.values()], identity.secrets.at(-1)],
};

const connector = {
  displayName: 'Invitations',
  targetUrl: 'https://api.example.com/invitations',
  username: 'claims',
  secret: 'secret-1',
  secretVersion: '1',
};

const apiConnector: Scenario = {
  token: 'ApiConnector',
  prepare: () => undefined,
  first: connector,
  second: { ...connector, targetUrl: 'https://api.example.com/v2', username: 'flows', secretVersion: '2' },
  look: ({ identity }) => [[...identity.connectors.values()], identity.secrets.at(-1)],
};

const extension = {
  event: 'tokenIssuanceStart',
  displayName: 'Loyalty',
  targetUrl: 'https://api.example.com/loyalty',
  resourceId: 'api://api.example.com/0a1b2c3d-1111-2222-3333-444455556666',
  claims: ['loyaltyNumber'],
};

const customExtension: Scenario = {
  token: 'CustomAuthenticationExtension',
  prepare: () => undefined,
  first: extension,
  second: {
    ...extension,
    description: 'Number of the card.',
    timeoutInMilliseconds: 2000,
    claims: ['number', 'level'],
  },
  look: ({ identity }) => [...identity.extensions.values()],
};

const listener = { event: 'attributeCollectionSubmit', extension: 'extension-1', applications: [APPLICATION] };

const eventListener: Scenario = {
  token: 'AuthenticationEventListener',
  prepare: () => undefined,
  first: listener,
  second: { ...listener, extension: 'extension-2', applications: ['8f4ac0d7-1b6e-4f7d-9c53-20d1f0a6b7e8'] },
  look: ({ identity }) => [[...identity.listeners.values()], identity.called.at(-1)],
};

const attribute: Scenario = {
  token: 'UserFlowAttribute',
  prepare: () => undefined,
  first: { displayName: 'LoyaltyNumber', dataType: 'string' },
  second: { displayName: 'LoyaltyNumber', dataType: 'string', description: 'Number of the card.' },
  look: ({ identity }) => [...identity.attributes.values()],
};

export const scenarios: Readonly<Record<string, Scenario>> = {
  ApiConnector: apiConnector,
  AuthenticationEventListener: eventListener,
  AuthenticationEventsFlow: eventsFlows,
  CustomAuthenticationExtension: customExtension,
  IdentityProvider: identityProvider,
  UserFlow: flows,
  UserFlowAttribute: attribute,
  SynchronizationSchema: schema,
  SynchronizationState: state,
  'SynchronizationState, paused': paused,
  'SynchronizationState, quarantined': quarantined,
  SamlSigningCertificate: certificate,
  'SamlSigningCertificate, rotated': rotation,
};
