import * as pulumi from '@pulumi/pulumi';
import { WorkforceGroups } from '../../../../constructs/entra/workforce-groups';
import type { WorkforceGroup } from '../../../../src/estate/sections/workforce/workforce';

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

const registered: Registered[] = [];
const lookups: unknown[] = [];

beforeAll(async () => {
  await pulumi.runtime.setMocks({
    newResource: ({ type, name, inputs }) => {
      const state = inputs as Readonly<Record<string, unknown>>;
      registered.push({ type, name, inputs: state });
      return { id: `id-of-${name}`, state: { ...state, objectId: `object-of-${name}` } };
    },
    call: ({ token, inputs }) => {
      if (token !== 'azuread:index/getGroup:getGroup') throw new Error(`no mock for ${token}`);
      lookups.push(inputs);
      return { objectId: 'object-of-adopted' };
    },
  });
});

beforeEach(() => {
  registered.length = 0;
  lookups.length = 0;
});

const group = (name: string, more: Partial<WorkforceGroup> = {}): WorkforceGroup => ({
  at: [],
  name,
  adopt: false,
  ...more,
});

const valueOf = <T>(output: pulumi.Output<T> | undefined): Promise<T> =>
  new Promise((resolve) => {
    if (output === undefined) throw new Error('no such output');
    output.apply(resolve);
  });

test('creates a security group under its own name and gives its object id', async () => {
  const groups = new WorkforceGroups('workforce', { groups: [group('Security Admins', { description: 'Respond.' })] });
  expect(await valueOf(groups.objectIds['Security Admins'])).toBe('object-of-workforce-Security Admins');
  expect(registered.find(({ type }) => type === 'azuread:index/group:Group')).toEqual({
    type: 'azuread:index/group:Group',
    name: 'workforce-Security Admins',
    inputs: {
      displayName: 'Security Admins',
      description: 'Respond.',
      securityEnabled: true,
      preventDuplicateNames: true,
    },
  });
});

test('adopts a group by its name and creates none', async () => {
  const groups = new WorkforceGroups('adopting', { groups: [group('Auditors', { adopt: true })] });
  expect(await valueOf(groups.objectIds['Auditors'])).toBe('object-of-adopted');
  expect(lookups).toEqual([{ displayName: 'Auditors', securityEnabled: true }]);
  expect(registered.filter(({ type }) => type.startsWith('azuread:'))).toEqual([]);
});

test('a name with an apostrophe is looked up as OData wants it, and not searched for by azuread, which does not', async () => {
  const groups = new WorkforceGroups('apostrophe', {
    groups: [group("Anna's team", { adopt: true }), group("Otto's team")],
  });
  await Promise.all(["Anna's team", "Otto's team"].map((name) => valueOf(groups.objectIds[name])));
  expect(lookups).toEqual([{ displayName: "Anna''s team", securityEnabled: true }]);
  expect(registered.find(({ type }) => type === 'azuread:index/group:Group')?.inputs).toMatchObject({
    displayName: "Otto's team",
    preventDuplicateNames: false,
  });
});

test('names resources by the group, so that the order of the file never matters', async () => {
  const names = (list: readonly string[]): Promise<readonly string[]> => {
    registered.length = 0;
    const groups = new WorkforceGroups('ordered', { groups: list.map((name) => group(name)) });
    return Promise.all(list.map((name) => valueOf(groups.objectIds[name]))).then(() =>
      registered.map(({ name }) => name).toSorted(),
    );
  };
  expect(await names(['A', 'B'])).toEqual(await names(['B', 'A']));
});
