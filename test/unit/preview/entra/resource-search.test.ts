import type { FactInputs, ProgramResource, ProgramRun } from '../../../../src/preview/entra/facts';
import { ResourceSearch } from '../../../../src/preview/entra/resource-search';

const resource = (key: string, inputs: FactInputs): ProgramResource => ({
  ...{ key, kind: 'resource', type: 'type', name: key, inputs, dependsOn: [], aliases: [], retainOnDelete: false },
});
const reference = ($ref: string) => ({ $ref, property: 'id' });

/** Inputs with which each resource of a program is looked for, one after the other. */
async function soughtInputs(resources: readonly ProgramResource[], there: readonly string[] = []) {
  const run: ProgramRun = { program: 'workforce', stack: 's', resources, warnings: [] };
  const sought = new Map<string, FactInputs>();
  const search = new ResourceSearch(run, {
    find: ({ key }, inputs) => {
      sought.set(key, inputs);
      return Promise.resolve(there.includes(key) ? { outputs: { id: `id-of-${key}` } } : undefined);
    },
  });
  for (const { key } of resources) await search.find(key);
  return sought;
}

test('a text that names one resource twice has its id in both places', async () => {
  const $text = ['/', reference('application'), '/owners/', reference('application')];
  const sought = await soughtInputs(
    [resource('owner', { path: { $text } }), resource('application', {})],
    ['application'],
  );
  expect(sought.get('owner')).toEqual({ path: '/id-of-application/owners/id-of-application' });
});

test('what comes from a resource that is not there is unknown, and keeps its place in a list', async () => {
  const inputs = { path: { $text: ['/', reference('group')] }, groups: [reference('group'), 'other'] };
  const sought = await soughtInputs([resource('policy', inputs), resource('group', {})]);
  expect(sought.get('policy')).toEqual({ path: undefined, groups: [null, 'other'] });
});

test('secrets and what only the deployment knows are unknown', async () => {
  const sought = await soughtInputs([resource('one', { token: { $secret: true }, web: { role: { $unknown: true } } })]);
  expect(sought.get('one')).toEqual({ token: undefined, web: { role: undefined } });
});

test('of two resources that need each other neither is waited for', async () => {
  const pair = [resource('one', { other: reference('two') }), resource('two', { other: reference('one') })];
  const sought = await soughtInputs(pair, ['one', 'two']);
  expect(sought.get('one')).toEqual({ other: 'id-of-two' });
  expect(sought.get('two')).toEqual({ other: undefined });
});
