import { applicationOf } from '../../../../src/clouds/graph/read-application';
import { externalHosts, redirectWords } from '../../../../src/import/entra/customers-words';
import { openWays } from '../../../../src/import/entra/left';

const OURS = ['http://localhost:3000/auth/callback', 'https://claims.example.com/auth/callback'];
const STRANGER = 'https://claims-example.com/auth/callback';

const decided = (words: ReturnType<typeof redirectWords>): readonly string[] =>
  words.left.filter(({ reason }) => reason === 'decide').map(({ subject }) => subject);

test('an address that the estate does not declare becomes no host of it, and is to be decided', () => {
  const words = redirectWords([...OURS, STRANGER], ['http://localhost:3000', 'https://claims.example.com']);
  expect(words.words.hosts).toEqual(['http://localhost:3000', 'https://claims.example.com']);
  expect(decided(words)).toEqual([expect.stringContaining(STRANGER)]);
  // A deployment takes it away: what is left out is nothing that stays unseen.
  expect(words.left.map(({ subject }) => subject).join()).not.toContain(`${STRANGER} would be added`);
});

test('where nothing says which addresses are ours, each that is taken over is to be decided', () => {
  const words = redirectWords(OURS);
  expect(words.words.hosts).toHaveLength(2);
  expect(decided(words)).toEqual([expect.stringContaining('https://claims.example.com')]);
});

test('of several hosts a person names those that are ours: addresses of a developer are none of them', () => {
  expect(externalHosts([...OURS, 'http://127.0.0.1/x', STRANGER])).toEqual([
    'https://claims.example.com',
    'https://claims-example.com',
  ]);
});

test.each<[string, object]>([
  ['a public client', { isFallbackPublicClient: true }],
  ['an address of a public client', { publicClient: { redirectUris: ['https://stranger.example.com'] } }],
  ['an address of a page', { spa: { redirectUris: ['https://stranger.example.com'] } }],
  ['implicit grant', { web: { redirectUris: [], implicitGrantSettings: { enableAccessTokenIssuance: true } } }],
])('%s of an application is a way in to be decided', (_, more) => {
  const ids = {
    id: '11111111-1111-4111-8111-111111111111',
    appId: '22222222-2222-4222-8222-222222222222',
    displayName: 'web',
  };
  expect(openWays(applicationOf(ids, undefined))).toEqual([]);
  expect(openWays(applicationOf({ ...ids, ...more }, undefined))).toHaveLength(1);
});
