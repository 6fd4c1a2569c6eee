import { randomInt } from 'node:crypto';
import { startGraphEmulator, type GraphEmulator } from '../../../apps/emulator/graph';
import { objectsOf } from '../../../apps/emulator/graph/json';
import { Holders } from '../../../provider/rpc/operations';
import type { Properties } from '../../../provider/values';
import { clientOf, idOf, type Call } from '../../support/apps/emulator/support/client';
import { fixDay } from '../../support/fixed-day';
import { GraphStack } from '../../support/graph-stack';
import { create, instantiate } from '../apps/emulator/support/use-emulator';

fixDay('2026-11-25');

/** `REPLICAS_SEED=<the first of them> npx jest …` repeats the runs. */
const FIRST = Number(process.env['REPLICAS_SEED'] ?? randomInt(1, 1_000_000));
const SEEDS = Array.from({ length: 5 }, (_, index) => FIRST + index);

let emulator: GraphEmulator;
let call: Call;

beforeAll(async () => {
  process.stdout.write(`replicas: REPLICAS_SEED=${FIRST} repeats this run\n`);
  emulator = await startGraphEmulator({ quirks: { lag: 'out-of-order', throttling: 'none' } });
  call = clientOf(emulator);
});

afterAll(() => emulator.stop());

/** An update of one resource, and what of the directory others have made. */
interface Update {
  readonly first: Properties;
  readonly second: Properties;
  /** Adds what belongs to somebody else, and tells how it is found again. */
  readonly beside?: () => Promise<() => Promise<unknown>>;
}

const EXTENSION = {
  event: 'tokenIssuanceStart',
  targetUrl: 'https://api.example.com/in',
  resourceId: 'api://api.example.com/0a1b2c3d-1111-2222-3333-444455556666',
};

const UPDATES: Readonly<Record<string, (name: string) => Promise<Update> | Update>> = {
  ApiConnector: (displayName) => {
    const connector = { displayName, username: 'claims', secret: 'a secret', secretVersion: '1' };
    return {
      first: { ...connector, targetUrl: 'https://api.example.com/1' },
      second: { ...connector, targetUrl: 'https://api.example.com/2', secretVersion: '2' },
    };
  },
  AuthenticationEventsFlow: (displayName) => ({
    first: { displayName, identityProviders: ['EmailPassword-OAUTH'], attributes: [{ attribute: 'email' }] },
    second: {
      displayName,
      isSignUpAllowed: false,
      identityProviders: ['EmailPassword-OAUTH'],
      attributes: [{ attribute: 'email' }, { attribute: 'surname' }],
    },
  }),
  CustomAuthenticationExtension: (displayName) => ({
    first: { ...EXTENSION, displayName, maximumRetries: 1 },
    second: { ...EXTENSION, displayName, maximumRetries: 1, timeoutInMilliseconds: 2000 },
  }),
  SamlSigningCertificate: async () => {
    const { principalId: servicePrincipalId } = await instantiate(call);
    const path = `/v1.0/servicePrincipals/${servicePrincipalId}`;
    await call(`PATCH ${path}`, { preferredSingleSignOnMode: 'saml' });
    const certificate = { servicePrincipalId, displayName: 'CN=AWS' };
    return {
      first: { ...certificate, active: false, endDateTime: '2028-01-01T00:00:00Z' },
      second: { ...certificate, active: false, endDateTime: '2029-01-01T00:00:00Z' },
      beside: async () => {
        const other = { displayName: 'CN=Others', endDateTime: '2028-06-01T00:00:00Z' };
        const { body: made } = await call(`POST ${path}/addTokenSigningCertificate`, other);
        await call(`PATCH ${path}`, { preferredTokenSigningKeyThumbprint: made['thumbprint'] });
        return async () => {
          const { body } = await call(`GET ${path}`);
          const names = objectsOf(body, 'keyCredentials').map(({ displayName }) => displayName);
          const { preferredSingleSignOnMode: mode, preferredTokenSigningKeyThumbprint: active } = body;
          return [mode, active, names.toSorted()];
        };
      },
    };
  },
  SynchronizationSchema: async () => {
    const job = await provisioned();
    return {
      first: { ...job, attributeMappings: [{ targetAttribute: 'externalId', sourceAttribute: 'objectId' }] },
      second: {
        ...job,
        attributeMappings: [
          { targetAttribute: 'externalId', sourceAttribute: 'mail' },
          { targetAttribute: 'displayName', sourceAttribute: 'mailNickname' },
        ],
      },
    };
  },
  SynchronizationState: async () => {
    const credentials = [
      { key: 'BaseAddress', value: 'https://scim.eu-west-1.amazonaws.com/0a1b/scim/v2' },
      { key: 'SecretToken', value: 'a-token-of-the-tests' },
    ];
    const job = { ...(await provisioned()), credentials };
    return { first: job, second: { ...job, running: false } };
  },
  UserFlow: (name) => {
    const flow = { userFlowId: `B2C_1_${name}`, userFlowType: 'signUpOrSignIn', isLanguageCustomizationEnabled: true };
    const text = (stringId: string, value: string): Properties => {
      return { language: 'de', page: 'phonefactor', elementType: 'UxElement', stringId, value };
    };
    return {
      first: {
        ...flow,
        attributes: [{ attribute: 'givenName' }, { attribute: 'surname' }],
        languages: ['de', 'en'],
        pageTexts: [text('alert_message', 'Abbrechen?'), text('button_verify', 'Los')],
      },
      second: {
        ...flow,
        attributes: [{ attribute: 'surname', isOptional: true }, { attribute: 'city' }],
        languages: ['de', 'fr'],
        pageTexts: [text('alert_message', 'Wirklich?')],
      },
    };
  },
  UserFlowAttribute: (displayName) => ({
    first: { displayName, dataType: 'string' },
    second: { displayName, dataType: 'string', description: 'Number of the card.' },
  }),
};

async function provisioned(): Promise<Properties> {
  const { principalId: servicePrincipalId } = await instantiate(call);
  const path = `/v1.0/servicePrincipals/${servicePrincipalId}/synchronization/jobs`;
  return { servicePrincipalId, jobId: idOf(await create(call, path, { templateId: 'aWSSingleSignon' })) };
}

describe.each(Object.entries(UPDATES))('%s, with replicas that answer out of order', (token, update) => {
  test.each(SEEDS)(
    'is as declared after its creation and its update, and nothing of others is lost: seed %i',
    async (seed) => {
      const { first, second, beside } = await update(`name${seed}`);
      const stack = new GraphStack({ url: emulator.graphUrl, token: emulator.token() }, token, new Holders());
      const look = await beside?.();
      const lagging = { creates: 2, updates: 2, deletes: 2, seed };
      emulator.visibility.set(lagging);
      await stack.up(first);
      emulator.visibility.set({});
      const before = await look?.();
      emulator.visibility.set(lagging);
      await stack.up(second);
      emulator.visibility.set({});
      await stack.refresh();
      expect([...stack.preview(second).changes]).toEqual([]);
      expect(await look?.()).toEqual(before);
    },
  );
});
