import * as pulumi from '@pulumi/pulumi';

const created: string[] = [];

beforeAll(async () => {
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        if (type === 'azuread:index/group:Group') created.push(name);
        return { id: name, state: { ...(inputs as object), objectId: `object-of-${name}` } };
      },
      call: ({ token }) => {
        throw new Error(`no mock for ${token}`);
      },
    },
    'entra-aws-identity',
    'sandbox-workforce',
  );
});

const runProgram = (config: Readonly<Record<string, string>>): unknown => {
  const prefixed = Object.entries(config).map(([key, value]) => [`entra-aws-identity:${key}`, value]);
  pulumi.runtime.setAllConfig(Object.fromEntries(prefixed) as Record<string, string>);
  let outputs: unknown;
  jest.isolateModules(() => {
    jest.doMock('@pulumi/pulumi', () => pulumi);
    outputs = jest.requireActual('../../stacks/pulumi');
  });
  return outputs;
};

test('the workforce program of the sandbox creates every group of the estate', async () => {
  const outputs = runProgram({ estate: 'sandbox', program: 'workforce' });
  expect(Object.keys((outputs as { groupObjectIds: object }).groupObjectIds)).toContain('Network Operators');
  await pulumi.runtime.disconnect();
  expect(created.length).toBe(6);
});

test('an unknown program and an unknown estate name what there is', () => {
  expect(() => runProgram({ estate: 'sandbox', program: 'workfroce' })).toThrow(
    "program 'workfroce' is unknown; programs: 'workforce'",
  );
  expect(() => runProgram({ estate: 'sandbx', program: 'workforce' })).toThrow(
    "no estate 'sandbx'; estates: 'sandbox'",
  );
});
