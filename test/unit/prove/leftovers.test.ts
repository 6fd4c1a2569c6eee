import { GraphError } from '../../../provider/graph/error';
import type { Properties } from '../../../provider/values';
import { deleteLeftovers } from '../../../src/prove/leftovers';

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
  const { found, left, hidden } = await deleteLeftovers(
    context as unknown as Parameters<typeof deleteLeftovers>[0],
    'external-id',
    MARK,
  );
  expect(found.map(({ name }) => name)).toEqual([`${MARK} web`]);
  expect([...applications.values()]).toEqual(['web']);
  expect([left, hidden]).toEqual([
    0,
    `; something may be in what Graph does not show: GET ${POLICIES}: 403 AccessDenied: no licence`,
  ]);
});

/** A directory whose list of groups shows these names, look by look, and after them none. */
function lagging(...looks: readonly (readonly string[])[]) {
  const left = [...looks];
  const deleted: string[] = [];
  let pauses = 0;
  const list = (path: string): Promise<readonly Properties[]> =>
    Promise.resolve(
      path !== '/v1.0/groups' ? [] : (left.shift() ?? []).map((id) => ({ id, displayName: `${MARK} ${id}` })),
    );
  const sendIfThere = ({ path }: { readonly path: string }): Promise<void> => Promise.resolve(void deleted.push(path));
  const pause = (): Promise<void> => Promise.resolve(void (pauses += 1));
  const context = { graph: { list, sendIfThere }, waiter: { pause } };
  return {
    look: () => deleteLeftovers(context as unknown as Parameters<typeof deleteLeftovers>[0], 'workforce', MARK),
    deleted,
    pauses: () => pauses,
  };
}

test('a tenant is clean once three looks in a row found nothing, with a pause between them', async () => {
  const { look, pauses } = lagging();
  const { found, left, hidden } = await look();
  expect([found, left, hidden, pauses()]).toEqual([[], 0, '', 2]);
});

test.each<readonly [string, readonly (readonly string[])[], number]>([
  ['in the second look', [[], ['people']], 4],
  ['in the third look', [[], [], ['people']], 5],
  ['again after it was deleted', [['people'], [], ['people']], 5],
])('what shows %s is deleted, and looked for again', async (_, looks, pauses) => {
  const tenant = lagging(...looks);
  const { found, left } = await tenant.look();
  expect(found.map(({ name }) => name)).toEqual([`${MARK} people`]);
  expect(new Set(tenant.deleted)).toEqual(new Set(['/v1.0/groups/people']));
  expect([left, tenant.pauses()]).toEqual([0, pauses]);
});

test('what shows for ever is left', async () => {
  const { look } = lagging(...Array.from({ length: 20 }, () => ['people']));
  expect((await look()).left).toBe(1);
});
