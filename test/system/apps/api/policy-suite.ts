import type { Api } from './api';
import { TABLE, ask, putBeneficiary, startApi, tokenFor, tokensOf } from './api';
import { createPoliciesTable } from '../../../support/dynalite';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** A database that speaks as DynamoDB. */
export interface Database {
  readonly endpoint: string;
  readonly client: DynamoDBClient;
  readonly stop: () => Promise<void>;
}

/** Tests of what the API does with policies, whatever database it has. */
export function policySuite(startDatabase: () => Promise<Database>): void {
  let database: Database;
  let api: Api;

  beforeAll(async () => {
    database = await startDatabase();
    await createPoliciesTable(database.client, TABLE);
    api = await startApi({ database: database.endpoint });
  });

  afterAll(async () => {
    await api.stop();
    await database.stop();
  });

  describe('GET /policy', () => {
    test('creates a policy on the first visit, and answers the same one after', async () => {
      const { signIn } = await tokensOf(api);
      const first = await ask(`${api.url}/policy`, signIn);
      const second = await ask(`${api.url}/policy`, signIn);

      expect(first.status).toBe(200);
      expect(first.body).toEqual({
        policyNumber: expect.stringMatching(/^\d{10}$/) as string,
        beneficiary: null,
        email: 'ada@example.org',
        createdAt: expect.any(String) as string,
        updatedAt: first.body['createdAt'],
        history: [],
      });
      expect(first.headers.get('etag')).toBe(`"${String(first.body['policyNumber'])}-1"`);
      expect(first.headers.get('cache-control')).toBe('no-store');
      expect(second.body).toEqual(first.body);
      expect(second.headers.get('etag')).toBe(first.headers.get('etag'));
    });

    test('answers 304 to who knows the version', async () => {
      const { signIn } = await tokensOf(api);
      const { headers } = await ask(`${api.url}/policy`, signIn);
      // fetch would add no-cache, which asks for the whole answer.
      const known = { headers: { 'If-None-Match': headers.get('etag') ?? '', 'Cache-Control': 'max-age=0' } };
      expect((await ask(`${api.url}/policy`, signIn, known)).status).toBe(304);
    });

    test('knows a person by sub where the flow does not return the object id', async () => {
      const { oid, signIn } = await tokensOf(api);
      const { body } = await ask(`${api.url}/policy`, signIn);
      const asThePostsHaveIt = await tokenFor(api.issuer, { oid: undefined, sub: oid });
      const answer = await ask(`${api.url}/policy`, asThePostsHaveIt);
      expect([answer.status, answer.body]).toEqual([200, body]);
    });

    test.each([
      ['neither', undefined],
      ["sub of a flow that is set to 'Not supported'", 'Not supported currently. Use oid claim.'],
    ])('refuses a token with %s, and its log has the reason', async (_what, sub) => {
      const answer = await ask(`${api.url}/policy`, await tokenFor(api.issuer, { oid: undefined, sub }));
      expect([answer.status, answer.body['code']]).toEqual([401, 'invalid-token']);
      expect(api.log()).toContainEqual(
        expect.objectContaining({
          requestId: answer.body['requestId'],
          msg: "The token's claims oid and sub do not say who the person is.",
        }),
      );
    });

    test("gives each person another policy, with a tag that does not fit another's", async () => {
      const [ada, bob] = [await tokensOf(api), await tokensOf(api)];
      const [hers, his] = [await ask(`${api.url}/policy`, ada.signIn), await ask(`${api.url}/policy`, bob.signIn)];
      expect(hers.body['policyNumber']).not.toBe(his.body['policyNumber']);
      const tag = his.headers.get('etag') ?? '';
      expect((await putBeneficiary(api, ada.stepUp, { beneficiary: 'Eve', tag })).status).toBe(412);
    });

    test('follows the e-mail address of the directory, in a new version', async () => {
      const { oid, signIn } = await tokensOf(api);
      const before = await ask(`${api.url}/policy`, signIn);
      const emails = ['new@example.org'];
      const after = await ask(`${api.url}/policy`, await tokenFor(api.issuer, { oid, emails }));
      expect(after.body['email']).toBe('new@example.org');
      expect(after.headers.get('etag')).not.toBe(before.headers.get('etag'));
    });
  });

  describe('PUT /policy/beneficiary', () => {
    test('sets the name that the body has, and keeps it in the history', async () => {
      const { signIn, stepUp } = await tokensOf(api);
      const before = await ask(`${api.url}/policy`, signIn);
      const tag = before.headers.get('etag') ?? '';
      const changed = await putBeneficiary(api, stepUp, { beneficiary: '  Zoe\u0308 👩‍👩‍👧 ', tag });

      expect(changed.status).toBe(200);
      expect(changed.body).toMatchObject({ beneficiary: 'Zo\u00eb 👩‍👩‍👧', createdAt: before.body['createdAt'] });
      expect(changed.body['history']).toEqual([
        { beneficiary: 'Zo\u00eb 👩‍👩‍👧', changedAt: changed.body['updatedAt'], key: expect.any(String) as string },
      ]);
      expect(changed.headers.get('etag')).toMatch(/-2"$/);
      expect((await ask(`${api.url}/policy`, signIn)).body).toEqual(changed.body);
    });

    test('a change that is sent again with its key is done once, and answered as the first one was', async () => {
      const { signIn, stepUp } = await tokensOf(api);
      const tag = (await ask(`${api.url}/policy`, signIn)).headers.get('etag') ?? '';
      const change = { tag, key: '"8e03978e-40d5-43dd-bc93-6894a57f9324"' };
      const first = await putBeneficiary(api, stepUp, { ...change, beneficiary: 'Byron' });
      const again = await putBeneficiary(api, stepUp, { ...change, beneficiary: ' Byron ' });
      expect([first.status, again.status]).toEqual([200, 200]);
      expect([again.body, again.headers.get('etag')]).toEqual([first.body, first.headers.get('etag')]);
      expect(first.body['history']).toMatchObject([{ key: '8e03978e-40d5-43dd-bc93-6894a57f9324' }]);
    });

    test('answers 404 to who has no policy yet, whatever If-Match says', async () => {
      const { stepUp } = await tokensOf(api);
      const { status, body } = await putBeneficiary(api, stepUp, { beneficiary: 'Bob', tag: '*' });
      expect([status, body['code']]).toEqual([404, 'no-policy']);
    });

    test('keeps the last 100 names', async () => {
      const { signIn, stepUp } = await tokensOf(api);
      let { headers } = await ask(`${api.url}/policy`, signIn);
      for (let round = 1; round <= 103; round++) {
        const change = { beneficiary: `Name ${round}`, tag: headers.get('etag') ?? '' };
        ({ headers } = await putBeneficiary(api, stepUp, change));
      }
      const { body } = await ask(`${api.url}/policy`, signIn);
      const history = body['history'] as { beneficiary: string }[];
      expect(history.map(({ beneficiary }) => beneficiary)).toEqual(
        Array.from({ length: 100 }, (_, index) => `Name ${index + 4}`),
      );
    });

    test.each([
      ['the tag of an old version', (tag: string) => tag.replace(/-\d+"$/, '-0"'), 412],
      ['the weak form of the right tag', (tag: string) => `W/${tag}`, 412],
      ['the right tag in other letters', (tag: string) => tag.replace(/"$/, ' "'), 400],
      ['the right tag without quotes', (tag: string) => tag.replaceAll('"', ''), 400],
      ['nothing', () => undefined, 428],
      ['an empty list', () => '', 400],
      ['a list with the right tag', (tag: string) => `"other", W/"weak",, ${tag}`, 200],
      ['any version', () => '*', 200],
    ])('with If-Match that has %s', async (_what, tagOf, status) => {
      const { signIn, stepUp } = await tokensOf(api);
      const { headers } = await ask(`${api.url}/policy`, signIn);
      const tag = tagOf(headers.get('etag') ?? '');
      expect((await putBeneficiary(api, stepUp, { beneficiary: 'Bob', tag })).status).toBe(status);
    });

    test.each([
      ['empty', '', 'must have 1 to 100 characters'],
      ['of spaces', ' \t ', 'must have 1 to 100 characters'],
      ['of 101 characters', 'é'.repeat(101), 'must have 1 to 100 characters'],
      ['a number', 7, 'must be text'],
      ['null', null, 'must be text'],
      ['with a line break', 'Bob\nEve', /visible name/],
      ['with NUL', 'Bob\u0000', /visible name/],
      ['with an override of the direction', 'Bob\u202Eevil', /visible name/],
      ['of joiners alone', '\u200D\u200C', /visible name/],
      ['of Braille blanks', '\u2800\u2800', /visible name/],
      ['of Hangul fillers', '\u3164\u115F\u1160\uFFA0', /visible name/],
      ['of soft hyphens', '\u00AD\u00AD', /visible name/],
      ['of an Arabic letter mark', '\u061C', /visible name/],
      ['of Khmer inherent vowels', '\u17B4\u17B5', /visible name/],
      ['of Mongolian selectors', '\u180B\u180E', /visible name/],
      ['of invisible operators', '\u2061\u2064', /visible name/],
      ['of variation selectors', '\uFE0F\u{E0100}', /visible name/],
      ['of tags', '\u{E0041}\u{E007F}', /visible name/],
      ['of musical controls', '\u{1D173}', /visible name/],
      ['with noncharacters', 'Bob\uFDD0\uFFFF', /visible name/],
      ['with half an emoji', 'Bob \ud83d', 'must be well-formed Unicode'],
    ])('refuses a beneficiary that is %s', async (_what, beneficiary, detail) => {
      const { stepUp } = await tokensOf(api);
      const { status, body } = await putBeneficiary(api, stepUp, { beneficiary, tag: '*' });
      expect(status).toBe(422);
      expect(body['errors']).toEqual([
        {
          pointer: '/beneficiary',
          detail: typeof detail === 'string' ? detail : (expect.stringMatching(detail) as string),
        },
      ]);
    });

    test.each([
      ['X'],
      ['é'.repeat(100)],
      ['👩'.repeat(100)],
      ['O’Brien-Smith'],
      ['علی‌رضا'],
      ['李小龍'],
      ['constructor'],
    ])('takes %s', async (beneficiary) => {
      const { signIn, stepUp } = await tokensOf(api);
      await ask(`${api.url}/policy`, signIn);
      const { body } = await putBeneficiary(api, stepUp, { beneficiary, tag: '*' });
      expect(body['beneficiary']).toBe(beneficiary);
    });

    test.each([
      ['no JSON type', { headers: { 'Content-Type': 'text/plain' }, body: '{"beneficiary":"Bob"}', status: 415 }],
      ['no type', { headers: {}, body: new Uint8Array([123, 125]), status: 415 }],
      ['a compressed body', { headers: { 'Content-Encoding': 'gzip' }, body: '{"beneficiary":"Bob"}', status: 415 }],
      [
        'another charset',
        { headers: { 'Content-Type': 'application/json; charset=latin1' }, body: '{"beneficiary":"Bob"}', status: 415 },
      ],
      ['no JSON', { headers: {}, body: '{"beneficiary":', status: 400 }],
      ['JSON that is no object', { headers: {}, body: '"Bob"', status: 400 }],
      ['an array', { headers: {}, body: '["Bob"]', status: 422 }],
      ['a further member', { headers: {}, body: '{"beneficiary":"Bob","policyNumber":"1"}', status: 422 }],
      ['a body above 10 kB', { headers: {}, body: JSON.stringify({ beneficiary: 'x'.repeat(10_241) }), status: 413 }],
    ])('refuses %s', async (what, { headers, body, status }) => {
      const { stepUp } = await tokensOf(api);
      const json = what === 'no type' ? {} : { 'Content-Type': 'application/json' };
      const answer = await ask(`${api.url}/policy/beneficiary`, stepUp, {
        method: 'PUT',
        headers: { 'If-Match': '*', ...json, ...headers },
        body,
      });
      expect(answer.status).toBe(status);
      expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    });

    test('logs each write with the person and the version, and no name', async () => {
      const { oid, signIn, stepUp } = await tokensOf(api);
      await ask(`${api.url}/policy`, signIn);
      const { headers } = await putBeneficiary(api, stepUp, { beneficiary: 'Very Secret Name', tag: '*' });
      const entries = api.log().filter(({ audit }) => (audit as { oid?: string } | undefined)?.oid === oid);
      expect(entries).toMatchObject([
        { audit: { action: 'policy-created', oid, version: 1 } },
        {
          audit: { action: 'beneficiary-changed', oid, version: 2 },
          requestId: headers.get('x-request-id'),
          service: 'api',
        },
      ]);
      expect(JSON.stringify(api.log())).not.toMatch(/Secret|ada@example/);
    });
  });
}
