import { foundApplication } from '../../support/found-application';
import type { CustomersFacts, DeployedConnector, DeployedExtension } from '../../../src/clouds/facts/customers-facts';
import { failed, known } from '../../../src/clouds/reading';
import { apiConnectors, customExtensions } from '../../../src/doctor/checks/b2c/called';
import type { ToldListener } from '../../../provider/custom-extension/event-listener';
import type { CustomExtension } from '../../../src/estate/sections/customers/customers';
import { ClientId, ObjectId } from '../../../src/estate/source/ids';
import { changed, CUSTOMERS, EXTERNAL } from '../../support/entra-estate';
import { planOf } from '../../support/estate-files';

const WEB = ClientId.parse('11111111-1111-4111-8111-111111111111');
const RESOURCE_ID = 'api://api.example.com/0a1b2c3d-1111-2222-3333-444455556666';
const declared: Omit<CustomExtension, 'at'> = {
  name: 'levels',
  displayName: 'Loyalty',
  event: 'tokenIssuanceStart',
  url: 'https://api.example.com/levels',
  resourceId: RESOURCE_ID,
  timeoutMilliseconds: 1500,
  claims: ['level', 'card'],
};
const extension: DeployedExtension = {
  id: 'extension-1',
  displayName: 'Loyalty',
  event: 'tokenIssuanceStart',
  url: 'https://api.example.com/levels',
  resourceId: RESOURCE_ID,
  description: '',
  timeoutMilliseconds: 1500,
  retries: 1,
  claims: ['card', 'level'],
  behaviorOnError: undefined,
};
const listener: ToldListener = { event: 'tokenIssuanceStart', extension: 'extension-1', applications: [WEB] };

interface There {
  readonly extensions?: readonly DeployedExtension[];
  readonly listeners?: readonly ToldListener[];
  readonly takesMappedClaims?: boolean;
}

const plan = planOf(
  changed(EXTERNAL, '  userFlows:\n', `  customExtensions: [${JSON.stringify(declared)}]\n  userFlows:\n`),
);
const unread = failed('no answer');
const TRUST = { owners: unread, powers: unread, grants: unread };

function observe({ extensions = [extension], listeners = [listener], takesMappedClaims = true }: There): string {
  const ids = { appId: WEB, objectId: ObjectId.parse('web'), servicePrincipalId: undefined };
  const web = foundApplication({ ...ids, mappedClaims: takesMappedClaims || undefined });
  const customers = {
    ...{ identityProviders: unread, discoveries: new Map() },
    registered: new Map([['web', { found: known(web), trust: TRUST }]]),
    directory: {
      ...{ type: 'external-id', flows: new Map(), policies: unread },
      ...{ extensions: known(extensions), listeners: known(listeners) },
    },
  } satisfies CustomersFacts;
  const input = { plan, facts: { customers }, now: new Date('2026-06-01') };
  const [one, ...others] = customExtensions.run(input) ?? [];
  expect(others).toEqual([]);
  return `${one?.outcome ?? ''}: ${one?.message ?? ''}`;
}

test('an extension that a listener of the web application calls is well', () => {
  expect(observe({})).toBe('ok: Loyalty is as declared, and has a listener at the web application');
});

test('what Graph does not tell is said', () => {
  expect(observe({ listeners: [{ ...listener, extension: undefined }] })).toBe(
    'ok: Loyalty is as declared, and has a listener at the web application; Graph does not tell which extension the listener calls',
  );
});

const not = "failure: the custom authentication extension 'Loyalty' is not as declared: ";

test.each<[string, There, string]>([
  [
    'none of the event',
    { extensions: [{ ...extension, event: 'otpSend' }] },
    "failure: the custom authentication extension 'Loyalty' is not there",
  ],
  [
    'no listener of the event',
    { listeners: [{ ...listener, event: 'otpSend' }] },
    `${not}no listener calls it at the web application`,
  ],
  [
    'a listener of another application',
    { listeners: [{ ...listener, applications: ['other'] }] },
    `${not}no listener calls it at the web application`,
  ],
  [
    'a listener of another extension',
    { listeners: [{ ...listener, extension: 'extension-2' }] },
    `${not}the listener of the web application calls another extension, extension-2`,
  ],
  [
    'claims that tokens do not take',
    { takesMappedClaims: false },
    `${not}the web application takes no mapped claims, so that sign-ins with its claims fail`,
  ],
  [
    'another address, whose key is not shown, and other claims',
    { extensions: [{ ...extension, url: 'https://other.example.com/in?code=key-1', claims: [] }] },
    `${not}it calls https://other.example.com/in?…, not https://api.example.com/levels; its claims are none, not card, level`,
  ],
  [
    'settings that are gone',
    { extensions: [{ ...extension, timeoutMilliseconds: undefined }] },
    `${not}its timeout in milliseconds is not set, not 1500`,
  ],
])('faults: %s', (_, there, expected) => {
  expect(observe(there)).toBe(expected);
});

describe('an API connector is as declared, or tells what it has instead', () => {
  const url = 'https://api.example.com/invitations';
  const secret = { config: 'secret', version: '1' };
  const there: DeployedConnector = {
    ...{ id: 'connector-1', displayName: 'invitations', targetUrl: url },
    ...{ authentication: 'basic', username: 'b2c' },
  };
  const told = (words: object, found: DeployedConnector) => {
    const connectors = JSON.stringify([{ name: 'invitations', url, secret, ...words }]);
    const b2c = planOf(changed(CUSTOMERS, '  userFlows:\n', `  apiConnectors: ${connectors}\n  userFlows:\n`));
    const customers = {
      ...{ registered: new Map(), identityProviders: unread, discoveries: new Map() },
      directory: { type: 'b2c', flows: new Map(), connectors: known([found]), calls: new Map() },
    } satisfies CustomersFacts;
    const all = apiConnectors.run({ plan: b2c, facts: { customers }, now: new Date('2026-06-01') });
    return all?.map(({ message }) => message.replace(/^the API connector 'invitations' is not as declared: /, ''));
  };
  const basic = { username: 'b2c' };

  test.each<[string, ReturnType<typeof told>]>([
    ['its user name is not set, not b2c', told(basic, { ...there, username: undefined })],
    [
      'its user name is b2c, but none is declared',
      told({ authentication: 'certificate' }, { ...there, authentication: 'certificate' }),
    ],
    ['its authentication is empty, not basic', told(basic, { ...there, authentication: '' })],
  ])('%s', (expected, found) => {
    expect(found).toEqual([expected]);
  });
});
