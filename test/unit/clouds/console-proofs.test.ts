import { IdentityStore } from '../../../apps/emulator/aws/identity-store';
import { ScimEndpoint } from '../../../apps/emulator/aws/scim/endpoint';
import { type Answer, type Ask, type Proof, portalProof, scimProof } from '../../../src/clouds/aws/console-proofs';

const TENANT = '5f2b7c1e-0d7a-4c53-9d0e-3a1b6f0c8e11';
const PORTAL = 'https://d-93670a1b2c.awsapps.com/start';
const LOGIN = 'https://login.microsoftonline.com';

/** A web of redirects; an address without one answers a page. */
const web =
  (redirects: Readonly<Record<string, string>>, last: Partial<Answer> = {}): Ask =>
  (url) => {
    const location = redirects[url];
    return Promise.resolve({
      status: location === undefined ? 200 : 302,
      location,
      body: '',
      ...(location === undefined && last),
    });
  };

/** Which kinds of sentences there are. */
const kinds = ({ shown, faults, untold }: Proof): readonly string[] =>
  Object.entries({ shown, faults, untold }).flatMap(([kind, lines]) => lines.map(() => kind));

describe('the access portal', () => {
  const proof = (send: Ask) => portalProof(send, { signOnUrl: PORTAL, tenantId: TENANT });

  test.each<[string, Ask, string]>([
    ["leads to the tenant's sign-in", web({ [PORTAL]: `${LOGIN}/${TENANT}/saml2?SAMLRequest=x` }), 'shown'],
    ['leads to another tenant', web({ [PORTAL]: `${LOGIN}/c1a6d0f4-7b52-4e89-a3d1-6f0e2b9c5d73/saml2` }), 'faults'],
    ['leads to another provider', web({ [PORTAL]: 'https://idp.example.com/saml' }), 'faults'],
    [
      'leads to a host that ends like that of Entra ID',
      web({ [PORTAL]: `https://login.microsoftonline.com.example.com/${TENANT}/saml2` }),
      'faults',
    ],
    ['leaves TLS', web({ [PORTAL]: `http://login.microsoftonline.com/${TENANT}/saml2` }), 'faults'],
    ['is not there', web({}, { status: 404 }), 'faults'],
    ['never ends', web({ [PORTAL]: PORTAL }), 'faults'],
    ['goes on by a script', web({}), 'untold'],
    [
      'goes on by a script of a second host',
      web({ [PORTAL]: 'https://eu-west-1.signin.aws/platform/login' }),
      'untold',
    ],
  ])('%s', async (_what, send, kind) => {
    expect(kinds(await proof(send))).toEqual([kind]);
  });
});

describe('the SCIM endpoint', () => {
  const ENDPOINT = 'https://scim.eu-west-1.amazonaws.com/e2b1c4d7/scim/v2';
  const config = JSON.stringify({ schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'] });

  test.each<[number, string, string]>([
    [200, config, 'shown'],
    [200, '<html>', 'faults'],
    [401, '', 'faults'],
    [404, '', 'faults'],
  ])('answers %i with %j', async (status, body, kind) => {
    const asked: unknown[] = [];
    const send: Ask = (...words) => {
      asked.push(words);
      return Promise.resolve({ status, body, location: undefined });
    };
    expect(kinds(await scimProof(send, ENDPOINT, 'secret'))).toEqual([kind]);
    expect(asked).toEqual([[`${ENDPOINT}/ServiceProviderConfig`, 'secret']]);
  });

  test("is asked as AWS's stand-in answers, also with the token of another instance", async () => {
    const own = new ScimEndpoint({ store: new IdentityStore(), tenant: 't1' });
    const send: Ask = (url, token) => {
      const { pathname } = new URL(url);
      const { status, body } = own.handle({ method: 'GET', url: pathname, authorization: `Bearer ${String(token)}` });
      return Promise.resolve({ status, body: JSON.stringify(body), location: undefined });
    };
    const address = `https://scim.eu-west-1.amazonaws.com${own.path}`;
    expect(kinds(await scimProof(send, address, own.token))).toEqual(['shown']);
    expect(kinds(await scimProof(send, address, 'of-another-instance'))).toEqual(['faults']);
    expect(own.requests.map(({ method }) => method)).toEqual(['GET', 'GET']);
  });
});
