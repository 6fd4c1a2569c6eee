import { asked, differing } from '../../../../src/deploy/pipeline/since-deployment';
import type { LastDeployment } from '../../../../src/deploy/pipeline/deployed-base';

const OLD = 'a'.repeat(40);
const NEW = 'b'.repeat(40);
const last = { commit: OLD, url: 'https://forge.example/1' };

/** Beta was changed since the older commit, and nothing since the newer one. */
const touchedSince = (commit: string): readonly string[] | Error =>
  commit === OLD ? ['beta'] : commit === NEW ? [] : new Error(`there is no git revision '${commit}' here`);

async function choose(known: Readonly<Record<string, LastDeployment | Error>>) {
  const lastOf = (estate: string): Promise<LastDeployment | Error> =>
    Promise.resolve(known[estate] ?? { unfinished: [] });
  return differing(['acme', 'beta'], { lastOf, touchedSince });
}

const deployed: LastDeployment = { last, unfinished: [] };

test('a deployment is for the estates that were changed since each was deployed, in words with the run', async () => {
  expect(await choose({ acme: deployed, beta: deployed })).toEqual([
    {
      estate: 'acme',
      isTouched: false,
      because: `is not deployed: nothing of it was changed since ${OLD}, deployed last by ${last.url}`,
    },
    {
      estate: 'beta',
      isTouched: true,
      because: `is deployed: it was changed since ${OLD}, deployed last by ${last.url}`,
    },
  ]);
  const byHand = { last: { commit: NEW }, unfinished: [] };
  expect((await choose({ acme: byHand, beta: byHand })).map(({ because }) => because)).toEqual(
    ['acme', 'beta'].map(() => `is not deployed: nothing of it was changed since ${NEW}, deployed last`),
  );
});

test.each<[string, LastDeployment | Error, RegExp]>([
  ['nothing was deployed yet', { unfinished: [] }, /nothing of it was deployed yet$/],
  [
    'the record can not be read',
    new Error('ssm:GetParameter: AccessDenied'),
    /can't be read: ssm:GetParameter: AccessDenied$/,
  ],
  [
    'a deployment failed or is at work',
    { last: { commit: NEW }, unfinished: [last] },
    /of a{40} by https.* failed, or has not ended$/,
  ],
  [
    'the commit is not here',
    { last: { commit: 'f'.repeat(40) }, unfinished: [] },
    /can't be compared with f{40}.*there is no git revision/,
  ],
])('and for one of which %s', async (_, known, because) => {
  const [acme] = await choose({ acme: known });
  expect(acme).toMatchObject({ isTouched: true });
  expect(acme?.because).toMatch(/^is deployed: /);
  expect(acme?.because).toMatch(because);
});

test('one that is asked for by its name is deployed, and no other', () => {
  expect(asked('beta', ['acme', 'beta']).map(({ isTouched }) => isTouched)).toEqual([false, true]);
});
