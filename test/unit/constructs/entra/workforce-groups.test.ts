import * as pulumi from '@pulumi/pulumi';
import { nameFault, WorkforceGroups } from '../../../../constructs/entra/workforce-groups';
import type { WorkforceGroup } from '../../../../src/estate/sections/workforce/workforce';

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

const registered: Registered[] = [];
const lookups: unknown[] = [];
let nameOfAdopted = 'Auditors';
const adopt = { id: '3e2d1c0b-5555-4666-8777-888899990000' };

beforeAll(async () => {
  await pulumi.runtime.setMocks({
    newResource: ({ type, name, inputs }) => {
      const state = inputs as Readonly<Record<string, unknown>>;
      registered.push({ type, name, inputs: state });
      return { id: `id-of-${name}`, state: { ...state, objectId: `object-of-${name}` } };
    },
    call: ({ token, inputs }) => {
      if (token === 'azuread:index/getUsers:getUsers') {
        const { userPrincipalNames } = inputs as { readonly userPrincipalNames: readonly string[] };
        return { objectIds: userPrincipalNames.map((name) => `object-of-${name}`) };
      }
      if (token !== 'azuread:index/getGroup:getGroup') throw new Error(`no mock for ${token}`);
      lookups.push(inputs);
      return { objectId: 'object-of-adopted', displayName: nameOfAdopted };
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
  previousNames: [],
  adopt: false,
  owners: [],
  assignableToRoles: false,
  nestedGroups: [],
  hasDirectMembers: false,
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

test('adopts a group by its object id and creates none', async () => {
  const groups = new WorkforceGroups('adopting', { groups: [group('Auditors', { adopt })] });
  expect(await valueOf(groups.objectIds['Auditors'])).toBe('object-of-adopted');
  expect(lookups).toEqual([{ objectId: adopt.id, securityEnabled: true }]);
  expect(registered.filter(({ type }) => type.startsWith('azuread:'))).toEqual([]);
});

test('an adopted group that has another name now is refused', () => {
  const declared = group('Auditors', { at: ['workforce', 'groups', 1], adopt });
  expect(nameFault(declared, { objectId: adopt.id, displayName: 'Auditors' })).toBeUndefined();
  expect(nameFault(declared, { objectId: adopt.id, displayName: 'Everybody' })).toContain(
    `workforce.groups[1].adopt.id: the group ${adopt.id} is named 'Everybody', not 'Auditors'`,
  );
});

test('a name with an apostrophe is not searched for by azuread, which does not escape it', async () => {
  const groups = new WorkforceGroups('apostrophe', { groups: [group("Otto's team")] });
  await valueOf(groups.objectIds["Otto's team"]);
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

const inputsOf = async (settings: Partial<WorkforceGroup>): Promise<unknown> => {
  const groups = new WorkforceGroups('kinds', { groups: [group('One', settings)] });
  await valueOf(groups.objectIds['One']);
  return registered.find(({ type }) => type === 'azuread:index/group:Group')?.inputs;
};

test('a rule decides who is a member, and is applied', async () => {
  expect(await inputsOf({ membershipRule: 'user.department -eq "Security"' })).toMatchObject({
    types: ['DynamicMembership'],
    dynamicMembership: { enabled: true, rule: 'user.department -eq "Security"' },
  });
});

test('owners are looked up by their names', async () => {
  expect(await inputsOf({ owners: ['ann@example.com', 'bo@example.com'] })).toMatchObject({
    owners: ['object-of-ann@example.com', 'object-of-bo@example.com'],
  });
});

test('a group may be made for roles of Entra ID, and is not unless told', async () => {
  expect(await inputsOf({ assignableToRoles: true })).toMatchObject({ assignableToRole: true });
  registered.length = 0;
  expect(await inputsOf({})).not.toHaveProperty('assignableToRole');
});

test('a group in a group is one member more, and never the whole list', async () => {
  nameOfAdopted = 'Inner';
  const groups = new WorkforceGroups('nesting', {
    groups: [group('Outer', { nestedGroups: ['Inner'] }), group('Inner', { adopt })],
  });
  await Promise.all(['Outer', 'Inner'].map((name) => valueOf(groups.objectIds[name])));
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  const found = registered.filter(({ type }) => type.startsWith('azuread:'));
  expect(found.find(({ type }) => type === 'azuread:index/groupMember:GroupMember')).toEqual({
    type: 'azuread:index/groupMember:GroupMember',
    name: 'nesting-Outer-Inner',
    inputs: { groupObjectId: 'object-of-nesting-Outer', memberObjectId: 'object-of-adopted' },
  });
  expect(found.find(({ type }) => type === 'azuread:index/group:Group')?.inputs).not.toHaveProperty('members');
});
