import fc from 'fast-check';
import type { Exchange } from '../../../src/prove/recorder';
import { Redactor } from '../../../src/prove/redact';

const MARK = 'prove-0a1b2c3d';
const OPTIONS = {
  mark: MARK,
  directory: 'contoso',
  graph: 'https://graph.microsoft.com',
  routes: ['GET /v1.0/groups', 'GET /v1.0/groups/{id}', 'GET /v1.0/groups/{id}/owners', 'POST /v1.0/groups'],
};
const ID = '6f0e2b9c-5d73-4e89-a3d1-7b52c1a6d0f4';

const exchange = (more: Partial<Exchange>): Exchange => ({
  method: 'GET',
  path: `/v1.0/groups/${ID}`,
  status: 200,
  request: undefined,
  response: undefined,
  ...more,
});

const redactor = (known: readonly string[] = []): Redactor => new Redactor({ ...OPTIONS, known: new Set(known) });

const upper = (length: number): fc.Arbitrary<string> => fc.stringMatching(new RegExp(`^[A-Z]{${length}}$`));

/** What must never be written: ids, secrets, names of people and their addresses. */
const planted = fc.oneof(
  fc.uuid(),
  fc.base64String({ minLength: 24, maxLength: 44 }),
  upper(8).map((name) => `${name} Lovelace`),
  upper(8).map((name) => `${name}@planted.example`),
  upper(8).map((name) => `${name}~secret~8Q`),
  upper(8),
);

const NAMES = [
  'displayName',
  'secretText',
  'id',
  'mail',
  'value',
  'description',
  'key',
  'upn',
  'appId',
  'proxyAddresses',
];

const bodies = (text: string): fc.Arbitrary<unknown> =>
  fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constant(text),
      fc.constant(`before ${text} after`),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...NAMES), tie('value'), { maxKeys: 4 }),
    ),
  })).value;

test('nothing of the tenant is written: no id, no secret, no name, wherever it stands', () => {
  const cases = planted.chain((text) => fc.tuple(fc.constant(text), bodies(text), bodies(text)));
  fc.assert(
    fc.property(cases, fc.boolean(), ([text, request, response], isMarked) => {
      const own = isMarked ? { displayName: `${MARK} people`, inside: response } : response;
      const path = `/v1.0/groups/${encodeURIComponent(text)}?$filter=displayName eq '${text}'`;
      const written = JSON.stringify(redactor().redact('up', exchange({ path, request, response: own })));
      expect(written).not.toContain(text);
    }),
  );
});

test('an id has the same placeholder wherever it stands, by the order of appearance', () => {
  const response = { id: ID, other: 'c1a6d0f4-7b52-4e89-a3d1-6f0e2b9c5d73', link: `groups/${ID.toUpperCase()}` };
  const { response: told } = redactor(['groups/{id}']).redact(
    'up',
    exchange({ response: { mark: MARK, ...response } }),
  );
  expect(told).toEqual({ mark: '{mark}', id: '{id-1}', other: '{id-2}', link: 'groups/{id-1}' });
});

test('what the emulator answers as well is shown, as are words of enumerations; times and secrets are not', () => {
  const response = {
    mark: MARK,
    visibility: 'Public',
    description: 'Private words',
    signInAudience: 'AzureADMyOrg',
    createdDateTime: '2026-11-28T10:00:00Z',
    secretText: 'Public',
    publisherDomain: 'contoso.onmicrosoft.com',
    securityEnabled: true,
    count: 7,
  };
  expect(redactor(['Public', '{domain}']).redact('up', exchange({ response })).response).toEqual({
    mark: '{mark}',
    visibility: 'Public',
    description: '{text}',
    signInAudience: 'AzureADMyOrg',
    createdDateTime: '{time}',
    secretText: '{secret}',
    publisherDomain: '{domain}',
    securityEnabled: true,
    count: 7,
  });
});

test('what a group has of its own is an id as well', () => {
  const response = { mark: MARK, securityIdentifier: 'S-1-12-1-540779880-1165478977', mailNickname: '8b8f607e-0' };
  expect(redactor().redact('up', exchange({ response })).response).toEqual({
    mark: '{mark}',
    securityIdentifier: '{id-1}',
    mailNickname: '{id-2}',
  });
});

test('objects of others are left out of lists, and where they are read alone', () => {
  const [ours, theirs] = [{ displayName: `${MARK} people` }, { displayName: 'Board', securityEnabled: true }];
  const list = exchange({ path: '/v1.0/groups', response: { value: [ours, theirs] } });
  expect(redactor().redact('up', list).response).toEqual({ value: [{ displayName: '{text}' }] });
  expect(redactor().redact('up', exchange({ response: theirs })).response).toBeUndefined();
  const owners = exchange({ path: `/v1.0/groups/${ID}/owners`, response: { value: [{ id: ID }] } });
  expect(redactor().redact('up', owners).response).toEqual({ value: [] });
});

test('a request has its route, and the object that it is about once it was seen', () => {
  const one = redactor();
  const made = exchange({ method: 'POST', path: '/v1.0/groups', response: { id: ID, displayName: `${MARK} people` } });
  expect(one.redact('up', made)).toMatchObject({ route: '/v1.0/groups', about: 'people' });
  expect(one.redact('up', exchange({ path: `/v1.0/groups/${ID}?$select=id` }))).toMatchObject({
    route: '/v1.0/groups/{id}',
    about: 'people',
  });
});
