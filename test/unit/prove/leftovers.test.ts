import { GraphError } from '../../../provider/graph/error';
import type { Properties } from '../../../provider/values';
import { deleteLeftovers, lookedWords } from '../../../src/prove/leftovers';

const POLICIES = '/v1.0/identity/conditionalAccess/policies';
const MARK = 'prove-0a1b2c3d';

test('a list that Graph refuses keeps nothing else from being deleted, and is not taken for empty', async () => {
  const applications = new Map([
    ['/v1.0/applications/ours', `${MARK} web`],
    ['/v1.0/applications/theirs', 'web'],
  ]);
  const list = (path: string): Promise<readonly Properties[]> => {
    if (path === POLICIES)
      return Promise.reject(
        new GraphError({ method: 'GET', path, status: 403, code: 'AccessDenied', detail: 'no licence' }),
      );
    const found = [...applications].filter(([one]) => one.startsWith(path));
    return Promise.resolve(found.map(([one, displayName]) => ({ id: one.split('/').at(-1) ?? '', displayName })));
  };
  const sendIfThere = ({ path }: { readonly path: string }): Promise<void> => {
    applications.delete(path);
    return Promise.resolve();
  };
  const context = { graph: { list, sendIfThere }, waiter: { pause: () => Promise.resolve() } };
  const { found, left } = await deleteLeftovers(
    context as unknown as Parameters<typeof deleteLeftovers>[0],
    'external-id',
    MARK,
  );
  expect(found.map(({ name }) => name)).toEqual([`${MARK} web`]);
  expect([...applications.values()]).toEqual(['web']);
  expect(lookedWords(left)).toEqual({
    isClean: false,
    hidden: `; something may be in what Graph does not show: GET ${POLICIES}: 403 AccessDenied: no licence`,
  });
});
